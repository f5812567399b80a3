import type { ExecutionState, StepState } from '../engine/state.ts'
import type { PayloadWrite } from '../engine/storage.ts'
import { runAttempt, type AttemptOptions, type AttemptReport } from './attempt-runner.ts'

/**
 * Does steps without outside effects, one after the other, on what is stored and on `payloads`, which earlier steps of
 * the same commit made. Stops at the first that has to wait for the database: `waits`.
 */
export async function doPureSteps(input: {
  state: ExecutionState
  steps: StepState[]
  payloads: Map<string, PayloadWrite>
  options: Omit<AttemptOptions, 'state' | 'step' | 'attempt' | 'report'>
}): Promise<{ reports: AttemptReport[]; waits: boolean }> {
  const { state, steps, payloads, options } = input
  const storage: AttemptOptions['storage'] = {
    ...options.storage,
    readPayloads: async (id, refs) => {
      const stored = await options.storage.readPayloads(
        id,
        refs.filter((ref) => !payloads.has(ref)),
      )
      for (const ref of refs) if (payloads.has(ref)) stored.set(ref, payloads.get(ref)?.body)
      return stored
    },
  }
  const reports: AttemptReport[] = []
  for (const step of steps) {
    let last: AttemptReport | undefined
    const report = (each: AttemptReport) => {
      last = each
    }
    await runAttempt({ ...options, storage, state, step, attempt: step.attempt + 1, report }).finished
    if (!last || last.input.type === 'attempt_put_off') return { reports, waits: true }
    reports.push(last)
  }
  return { reports, waits: false }
}
