import { expect, test } from 'bun:test'
import { openGround } from '../src/support/ground.ts'
import { runTokens } from '../src/tokens/index.ts'

test('every token of a run arrives once, over server-sent events and over graphql-ws', async () => {
  const ground = await openGround()
  try {
    const loads = (['sse', 'ws'] as const).map((way) => ({ way, streams: 2, laps: 1 }))
    const rows = await runTokens(ground, loads)
    for (const row of rows)
      expect(row).toMatchObject({ expected: 2, complete: 2, tokenDelayMs: { count: 400 } })
    expect(rows).toHaveLength(2)
  } finally {
    await ground.close()
  }
}, 120_000)
