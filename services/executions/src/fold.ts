/**
 * What whoever follows `executionEvents` needs to fold them exactly as the engine does. Nothing here needs a server:
 * browsers load it.
 */
export { toldUsage } from './contract/usage.ts'
export type { EngineEvent } from './engine/events.ts'
export { startFold } from './engine/evolve.ts'
export { projectAttempt, type AttemptChange } from './engine/project-attempts.ts'
export { isPure, pendingStep, type ExecutionState, type StepState } from './engine/state.ts'
export { progressOf } from './engine/summary.ts'
export type { UsageTotals } from './engine/usage.ts'
