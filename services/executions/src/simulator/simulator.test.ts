import { describe, expect, test } from 'bun:test'
import { failedSeeds } from './failed-seeds.ts'
import { runSeed } from './run-seed.ts'

const seedsPerTest = 25
const tests = 10

describe('the engine under faults', () => {
  for (let first = 1; first <= tests * seedsPerTest; first += seedsPerTest) {
    const last = first + seedsPerTest - 1
    test(`keeps what must hold in the simulations ${first} to ${last}`, () => {
      for (let seed = first; seed <= last; seed += 1) expectNothingWrong(seed)
    })
  }
})

describe('a seed that once failed', () => {
  for (const { seed, found } of failedSeeds) test(`holds: ${seed} (${found})`, () => expectNothingWrong(seed))
})

test('the same seed gives the same run, to the last line of its trace', () => {
  for (const seed of [3, 17, 64]) {
    const one = runSeed({ seed, trace: true })
    const other = runSeed({ seed, trace: true })
    expect(one.lines.length).toBeGreaterThan(10)
    expect(Bun.hash(one.lines.join('\n'))).toBe(Bun.hash(other.lines.join('\n')))
    expect([other.hash, other.steps]).toEqual([one.hash, one.steps])
    expect(runSeed({ seed: seed + 1 }).hash).not.toBe(one.hash)
  }
})

test('a run that is not traced is the same run', () => {
  expect(runSeed({ seed: 5 }).hash).toBe(runSeed({ seed: 5, trace: true }).hash)
})

test('faults hit work that has not ended', () => {
  let [injected, live] = [0, 0]
  for (let seed = 1; seed <= 20; seed += 1) {
    for (const count of runSeed({ seed }).faults.values()) {
      injected += count.injected
      live += count.live
    }
  }
  expect(injected).toBeGreaterThan(100)
  expect(live / injected).toBeGreaterThan(0.3)
})

function expectNothingWrong(seed: number): void {
  const { violations } = runSeed({ seed })
  expect({ seed, violations, again: `bun run simulate -- --seed ${seed}` }).toMatchObject({ violations: [] })
}
