import type { ExecutionEvent } from './execution.documents.ts'

const words: Record<string, string> = {
  created: 'Created',
  started: 'Started',
  waiting: 'Waits',
  resumed: 'Went on',
  renamed: 'Renamed',
  succeeded: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
  timed_out: 'Timed out',
  usage_recorded: 'Usage told afterwards',
  step_added: 'Step added',
  step_started: 'Attempt started',
  step_accepted: 'Accepted by a worker',
  step_streaming: 'First text',
  step_progressed: 'Heard from its worker',
  step_succeeded: 'Step succeeded',
  step_retried: 'Attempt failed, another follows',
  step_lost: 'Attempt lost with its process',
  step_failed: 'Step failed',
  step_timed_out: 'Step timed out',
  step_canceled: 'Step canceled',
  step_skipped: 'Step skipped',
}

function field(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined
}

/** What happened, in words. */
export function eventWord({ type }: Pick<ExecutionEvent, 'type'>): string {
  return words[type] ?? type.replaceAll('_', ' ')
}

/** What is to be said beside it: the attempt where it is not the first, and the reason of a failure. */
export function eventDetail({ data }: Pick<ExecutionEvent, 'data'>): string {
  const attempt = field(data, 'attempt')
  const message = field(field(data, 'error'), 'message')
  const name = field(data, 'name')
  return [
    typeof attempt === 'number' && attempt > 1 ? `attempt ${attempt}` : '',
    typeof name === 'string' ? name : '',
    typeof message === 'string' ? message : '',
  ]
    .filter(Boolean)
    .join(': ')
}

/** Time since the first event, as `+1.2 s`. */
export function sinceFirst(at: string, first: string): number {
  return Math.max(0, new Date(at).getTime() - new Date(first).getTime())
}
