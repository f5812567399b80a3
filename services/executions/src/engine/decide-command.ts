import { isFinal } from '../contract/status.ts'
import { cancelOpenSteps, cancelStep } from './decide-end.ts'
import type { EngineEvent } from './events.ts'
import type { EngineCommand } from './inputs.ts'
import type { ExecutionState } from './state.ts'

/** What a command changes at once; the consequences follow by `advance`. */
export function decideCommand(state: ExecutionState, command: EngineCommand, now: number): EngineEvent[] {
  switch (command.type) {
    case 'cancel': {
      const error = { code: 'execution.canceled', message: command.reason ?? 'Canceled on request.' }
      return [...cancelOpenSteps(state, error, now), { type: 'canceled', at: now, error }]
    }
    case 'stop_step': {
      const step = state.steps.get(command.stepKey)
      if (!step || isFinal(step.status)) return []
      const stopped = cancelStep(step, { code: 'step.stopped', message: 'Stopped on request.' }, now)
      return state.waiting?.for === 'event' ? [{ type: 'resumed', at: now }, stopped] : [stopped]
    }
    case 'message':
    case 'regenerate': {
      if (state.steps.has(command.step.key)) return []
      const added: EngineEvent = {
        type: 'step_added',
        at: now,
        stepKey: command.step.key,
        step: command.step,
      }
      return state.status === 'waiting' ? [added, { type: 'resumed', at: now }] : [added]
    }
    case 'close':
      return state.waiting?.for === 'input' ? [{ type: 'succeeded', at: now }] : []
  }
}
