import { expect, test } from 'bun:test'
import { runGateway } from '../src/gateway/index.ts'
import { openGround } from '../src/support/ground.ts'

test('every question is answered without an error, directly and by the gateway', async () => {
  const ground = await openGround()
  try {
    const rows = await runGateway(ground, { connections: [2], seconds: 0.2, executions: 2 })
    expect(rows.map(({ query, way }) => `${query}, ${way}`)).toEqual([
      'one service, direct',
      'one service, gateway',
      'three services, direct',
      'three services, gateway',
    ])
    for (const { ms, failed } of rows) {
      expect(ms.count).toBeGreaterThan(0)
      expect(failed).toBe(0)
    }
  } finally {
    await ground.close()
  }
}, 120_000)
