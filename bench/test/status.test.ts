import { expect, test } from 'bun:test'
import { runStatus } from '../src/status/index.ts'
import { keepCommitTimes } from '../src/support/commits.ts'
import { openGround } from '../src/support/ground.ts'

test('every subscriber hears of stored revisions only, and of the end', async () => {
  const ground = await openGround({ postgres: keepCommitTimes })
  try {
    const few = { subscribers: 3, steps: 3, stepMs: 20 }
    const [own, one] = await runStatus(ground, [
      { ...few, spread: 'own' },
      { ...few, spread: 'one' },
    ])
    expect(own?.heardEnd).toBe(3)
    expect(one?.heardEnd).toBe(3)
    expect(own?.fromCommitMs.count).toBeGreaterThanOrEqual(9)
  } finally {
    await ground.close()
  }
}, 120_000)
