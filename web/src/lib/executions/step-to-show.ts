import type { StepStatus } from '@quillworks/executions/contract/status'
import { isFinal } from '../status.ts'

/** The step that one wants to see first: the one at work, else the one that failed, else the last that did anything. */
export function stepToShow<S extends { status: StepStatus; startedAt: string | null }>(
  steps: readonly S[],
): S | undefined {
  return (
    steps.findLast(({ status, startedAt }) => startedAt !== null && !isFinal(status)) ??
    steps.find(({ status }) => status === 'failed' || status === 'timed_out') ??
    steps.findLast(({ startedAt }) => startedAt !== null) ??
    steps[0]
  )
}
