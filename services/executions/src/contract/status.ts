export const executionStatuses = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'canceled',
  'timed_out',
] as const
export type ExecutionStatus = (typeof executionStatuses)[number]

export const stepStatuses = [
  'pending',
  'queued',
  'running',
  'streaming',
  'waiting',
  'succeeded',
  'failed',
  'canceled',
  'timed_out',
  'skipped',
] as const
export type StepStatus = (typeof stepStatuses)[number]

/** Final states never change. */
export function isFinal(status: ExecutionStatus | StepStatus): boolean {
  return ['succeeded', 'failed', 'canceled', 'timed_out', 'skipped'].includes(status)
}

/** As far as a queue is counted; a turn further back is told as one more. */
export const queueCountedTo = 1_000
