import { violationsOf } from './check-run.ts'
import { isSpendOpen, recordsWithinMs } from './check-spend.ts'
import type { FaultCount, FaultKind } from './faults.ts'
import { Random } from './random.ts'
import { underControl } from './runtime.ts'
import { Scheduler } from './scheduler.ts'
import { Simulation } from './simulation.ts'
import { postgresRules, type DatabaseRules } from './tables.ts'

export interface SeedOptions {
  seed: number
  rules?: Partial<DatabaseRules>
  inbox?: boolean
  trace?: boolean
}

export interface SeedReport {
  seed: number
  violations: string[]
  /** Names the order of everything that happened. */
  hash: number
  /** Tasks of the scheduler. */
  steps: number
  executions: number
  /** Steps of plans that have ended, and commits that were written. */
  planSteps: number
  commits: number
  outsideCalls: number
  virtualMs: number
  faults: Map<FaultKind, FaultCount>
  lines: string[]
}

/** After healing, all has to come to rest within this time of the simulation, in milliseconds. */
const restsWithinMs = 2_400_000
const mostSteps = 3_000_000

/** Carries out one simulation from beginning to end, in this thread and at once. */
export function runSeed({ seed, rules = {}, inbox = true, trace = false }: SeedOptions): SeedReport {
  // The first look at ids and clocks of a run comes from its own scheduler, so the simulation is made inside.
  const scheduler = new Scheduler()
  const random = new Random(seed, 4)
  return underControl(
    scheduler,
    () => random.next(),
    () => {
      const simulation = new Simulation({
        seed,
        rules: { ...postgresRules, ...rules },
        inbox,
        trace,
        scheduler,
      })
      const { trouble } = simulation
      const untilQuiet = () => {
        const giveUpAt = Math.max(trouble.healsAt, scheduler.now) + restsWithinMs
        for (let looked = scheduler.now; scheduler.runNext();) {
          if (scheduler.now < looked) continue
          looked = scheduler.now + 250
          if (simulation.isQuiet || scheduler.now > giveUpAt || scheduler.steps > mostSteps) return
        }
      }
      untilQuiet()
      trouble.heal()
      // What a living process still wants to record of its spend.
      const until = scheduler.now + (isSpendOpen(simulation) ? recordsWithinMs + 5_000 : 0)
      while (scheduler.now < until && scheduler.runNext());
      untilQuiet()
      const { database, outside, faults } = simulation
      let planSteps = 0
      for (const { steps } of database.executions.values()) planSteps += steps.size
      return {
        seed,
        violations: violationsOf(simulation),
        hash: scheduler.hash >>> 0,
        steps: scheduler.steps,
        executions: database.executions.size,
        planSteps,
        commits: database.transactions,
        outsideCalls: outside.ledger.length,
        virtualMs: scheduler.now,
        faults: faults.counts,
        lines: simulation.lines,
      }
    },
  )
}
