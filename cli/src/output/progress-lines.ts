import { type ExecutionView, isFinal, type StepView } from '../follow/execution.ts'
import { formatDuration, formatUsage } from './format.ts'

const marks: Record<string, string> = {
  succeeded: '✓',
  failed: '✗',
  timed_out: '✗',
  canceled: '–',
  skipped: '–',
}

function words(status: string): string {
  return status.replaceAll('_', ' ')
}

function stepLine(step: StepView): string {
  const parts = [`${marks[step.status] ?? '·'} ${step.key} ${words(step.status)}`]
  if (step.attempt > 1) parts.push(`attempt ${step.attempt}`)
  if (step.model) parts.push(step.model)
  if (step.durationMs !== null) parts.push(formatDuration(step.durationMs))
  if (step.error) parts.push(`${step.error.message} (${step.error.code})`)
  return parts.join(' · ')
}

/** What to say when an execution went from `before` to `now`: its status, unless final, then each step that changed. */
export function progressLines(before: ExecutionView | undefined, now: ExecutionView): string[] {
  const lines: string[] = []
  const isNew = before?.status !== now.status || before.waiting?.for !== now.waiting?.for
  if (isNew && (!before || !isFinal(now.status))) {
    const waiting = now.waiting ? ` for ${now.waiting.for}` : ''
    const name = before ? '' : ` · ${now.name}`
    lines.push(`${marks[now.status] ?? '·'} ${words(now.status)}${waiting}${name}`)
  }
  const known = new Map(before?.steps.map((step) => [step.key, step]))
  for (const step of now.steps) {
    const old = known.get(step.key)
    const begins = step.status === 'pending' || step.status === 'queued'
    if (begins || (old?.status === step.status && old.attempt === step.attempt)) continue
    lines.push(stepLine(step))
  }
  return lines
}

/** The lines that close an execution: what it took, and its error with code. */
export function closingLines(execution: ExecutionView): string[] {
  const parts = [`${marks[execution.status] ?? '·'} ${words(execution.status)}`]
  if (execution.durationMs !== null) parts.push(formatDuration(execution.durationMs))
  parts.push(formatUsage(execution.usage), execution.id)
  const error = execution.error ? [`${execution.error.message} (${execution.error.code})`] : []
  return [parts.join(' · '), ...error]
}
