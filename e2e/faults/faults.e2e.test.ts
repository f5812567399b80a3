import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startFaultSystem, type FaultSystem } from '../support/fault-system.ts'
import { experiments } from './experiments.ts'
import { runExperiment } from './runner.ts'
import { sayOutcome } from './say.ts'

// A failure here means that a fault loses, doubles or blocks work that Quillworks had acknowledged. The longer sets:
// bun e2e/faults/main.ts --set nightly.

const MINUTES_MS = 240_000
const seed = 1
let system: FaultSystem

beforeAll(async () => {
  system = await startFaultSystem()
}, MINUTES_MS)

afterAll(() => system.stop(), MINUTES_MS)

for (const experiment of experiments) {
  test(
    `${experiment.id}: ${experiment.title}`,
    async () => {
      const outcome = await runExperiment(system, experiment, { seed, count: experiment.counts.short })
      console.log(sayOutcome(outcome))
      expect(outcome.violations).toEqual([])
    },
    MINUTES_MS,
  )
}
