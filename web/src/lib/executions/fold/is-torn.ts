import type { ExecutionDetail } from '../execution.documents.ts'

/** Whether something happened while it was read, so that a part knows more than the whole: no event fits onto that. */
export function isTorn({ revision, steps }: Pick<ExecutionDetail, 'revision' | 'steps'>): boolean {
  const isLater = (part: { executionRevision: number }) => part.executionRevision > revision
  return steps.some((step) => isLater(step) || step.attempts.some(isLater))
}
