import { expect, test } from 'bun:test'
import { isFinal } from '../contract/status.ts'
import { evolve } from './evolve.ts'
import { project } from './project.ts'
import { randomRun } from './random-run.fixture.ts'
import type { ExecutionState } from './state.ts'
import { addUsage, noUsage } from './usage.ts'

test('random runs keep what must hold', () => {
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const { state, events, perDecision } = randomRun(seed, (onFold, onState) => {
      // What is kept along with the fold never differs from what is found by looking at everything again.
      expect(onFold).toEqual(onState)
    })
    let folded: ExecutionState | null = null
    let totals = noUsage
    for (const event of events) {
      const before: ExecutionState | null = folded
      folded = evolve(folded, event)
      if (before && isFinal(before.status)) throw new Error(`seed ${seed}: ${event.type} after the end`)
      if (event.type === 'step_started') {
        const started = before?.steps.get(event.stepKey)
        for (const key of started?.after ?? []) expect(before?.steps.get(key)?.status).toBe('succeeded')
      }
      if ('usage' in event) totals = addUsage(totals, event.usage)
    }
    expect(folded).toEqual(state)
    if (state.waiting?.for === 'event') {
      const open = [...state.steps.values()].filter((one) => one.open)
      expect(open.length).toBeGreaterThan(0)
      for (const one of open) expect(one.open?.until ?? 0).toBeGreaterThanOrEqual(state.waiting.until ?? 0)
    }
    expect(state.usage).toEqual({ ...totals, timeToFirstTokenMs: state.usage.timeToFirstTokenMs })
    const stepTotals = [...state.steps.values()].reduce((sum, one) => sum + one.usage.unknownAttempts, 0)
    expect(stepTotals).toBe(state.usage.unknownAttempts)
    expect(state.revision).toBe(events.length)
    // Folding decision by decision, as commits do, ends in the same state.
    let projected: ExecutionState | null = null
    for (const facts of perDecision) projected = project(projected, facts).after
    expect(projected).toEqual(state)
  }
})
