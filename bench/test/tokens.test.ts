import { expect, test } from 'bun:test'
import { openGround } from '../src/support/ground.ts'
import { runTokens } from '../src/tokens/index.ts'
import { ways } from '../src/tokens/load.ts'

test('every token of a run arrives once, by every way that clients follow it', async () => {
  const ground = await openGround()
  try {
    const loads = ways.map((way) => ({ way, streams: 2, laps: 1 }))
    const rows = await runTokens(ground, loads)
    for (const row of rows)
      expect(row).toMatchObject({ expected: 2, complete: 2, tokenDelayMs: { count: 400 } })
    expect(rows).toHaveLength(4)
  } finally {
    await ground.close()
  }
})
