import { expect, test } from 'bun:test'
import { runGrowth } from '../src/growth/index.ts'
import { openGround } from '../src/support/ground.ts'

test('the tables are filled, and the plans of the engine’s statements are seen', async () => {
  const ground = await openGround()
  try {
    const engine = {
      kind: 'template' as const,
      count: 10,
      inFlight: 5,
      rounds: 1,
      warmUp: 2,
      alone: 0,
      replicas: 1,
      pureStepsPerCommit: 1,
    }
    const row = await runGrowth(ground, 500, { engine, lists: 1 })
    const [stored] = await ground.owner<{ count: string }[]>`select count(*) from executions.executions`
    expect(Number(stored?.count)).toBeGreaterThanOrEqual(500)
    expect(row.lists).toHaveLength(5)
    expect(row.plans.map(({ statement }) => statement)).toEqual(['start', 'commit', 'claim', 'list', 'count'])
  } finally {
    await ground.close()
  }
}, 120_000)
