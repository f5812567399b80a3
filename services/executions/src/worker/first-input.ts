import type { EngineInput } from '../engine/inputs.ts'
import type { LoadedExecution } from '../engine/storage.ts'

/** Deaths of replicas with nothing but this execution's step to show for it, after which it is not tried again. */
export const deathsBeforeQuarantine = 3

/** What a new owner decides first. */
export function firstInput(loaded: LoadedExecution): EngineInput {
  if (loaded.deaths >= deathsBeforeQuarantine) {
    const message = `Its step ended ${loaded.deaths} processes that carried it out; it is not tried again.`
    return { type: 'broken', error: { code: 'execution.quarantined', message } }
  }
  return { type: 'takeover' }
}
