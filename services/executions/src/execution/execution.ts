import type { ExecutionRow } from './execution.table.ts'
import type { StepRow } from './step.table.ts'
import { isFinal } from '../contract/status.ts'
import { outputRef } from '../engine/state.ts'

/** An execution as it is shown: past its deadline it has timed out, whether or not the engine has noted it yet. */
export interface ShownExecution extends ExecutionRow {
  overdue: boolean
}

export function shownStatus({ status, overdue }: ShownExecution): ExecutionRow['status'] {
  return overdue ? 'timed_out' : status
}

export function shownError(row: ShownExecution): { code: string; message: string } | null {
  if (row.errorCode !== null) return { code: row.errorCode, message: row.errorMessage ?? '' }
  if (!row.overdue) return null
  const seconds = Math.round(row.deadlineMs / 1000)
  return { code: 'execution.timed_out', message: `There was no progress for ${seconds} seconds.` }
}

export function shownFinishedAt(row: ShownExecution): Date | null {
  return row.overdue ? row.deadlineAt : row.finishedAt
}

/** Milliseconds from start to end, null before the end. */
export function durationMs(startedAt: Date | null, finishedAt: Date | null): number | null {
  return startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null
}

/** Where a step's text or result lies: its result, or what its latest attempt has said so far. */
export function shownOutputRef(step: StepRow): string | null {
  if (step.outputRef !== null) return step.outputRef
  return step.attempt > 0 ? outputRef(step.key, step.attempt) : null
}

/** What a step was given. An answer made again shares the input of the first one, and may be of another model. */
export function shownInput({ model }: Pick<StepRow, 'model'>, input: unknown): unknown {
  const namesModel = typeof input === 'object' && input !== null && 'model' in input
  return model !== null && namesModel ? { ...input, model } : input
}

/**
 * The steps whose results are the execution's: the latest answer of a conversation, else every step that no other
 * comes after.
 */
export function resultSteps(conversation: boolean, steps: StepRow[]): StepRow[] {
  const succeeded = steps.filter((step) => step.status === 'succeeded')
  if (conversation) return succeeded.slice(-1)
  const used = new Set(steps.flatMap((step) => step.after))
  return succeeded.filter((step) => !used.has(step.key))
}

/** A step of an overdue execution has ended with it. */
export function shownStepStatus(step: StepRow, overdue: boolean): StepRow['status'] {
  return overdue && !isFinal(step.status) ? 'canceled' : step.status
}
