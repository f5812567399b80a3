import type { ExecutionSummary } from './execution.documents.ts'
import type { ExecutionFilter, ExecutionRowData } from './execution-rows.documents.ts'

/** An execution as an event tells it, with its models where they are known. */
export type KnownExecution = ExecutionSummary & Partial<Pick<ExecutionRowData, 'models'>>

type Verdict = boolean | undefined

/** As the server looks for it: in the name, or as the beginning of an id. */
function hasText({ name, id }: KnownExecution, text: string): boolean {
  const words = text.trim().toLowerCase()
  return /^[0-9a-f]{8}-[0-9a-f-]*$/.test(words) ? id.startsWith(words) : name.toLowerCase().includes(words)
}

function costs({ usage }: KnownExecution, { costAtLeast, costAtMost }: ExecutionFilter): boolean {
  if (costAtLeast == null && costAtMost == null) return true
  if (usage.costUsd === null) return false
  return usage.costUsd >= (costAtLeast ?? 0) && usage.costUsd <= (costAtMost ?? Infinity)
}

function isWithin({ createdAt }: KnownExecution, { createdAfter, createdBefore }: ExecutionFilter): boolean {
  const at = Date.parse(createdAt)
  return (
    (createdAfter == null || at >= Date.parse(createdAfter)) &&
    (createdBefore == null || at < Date.parse(createdBefore))
  )
}

const among = <T>(asked: readonly T[] | null | undefined, value: T): boolean =>
  asked == null || asked.includes(value)
const is = <T>(asked: T | null | undefined, value: T | undefined): boolean => asked == null || asked === value

/** An event does not tell which models were asked. */
function hasModel({ models }: KnownExecution, model: string | null | undefined): Verdict {
  return model == null ? true : models?.includes(model)
}

/** Whether a list of this filter shows an execution, as the server decides it; undefined where only the server knows. */
export function fitsFilter(execution: KnownExecution, filter: ExecutionFilter): Verdict {
  const { track, projectId, createdBy, kind, status, source, trigger, waiting } = execution
  const seen =
    track &&
    is(filter.projectId, projectId) &&
    is(filter.createdBy, createdBy.id) &&
    among(filter.kind, kind) &&
    among(filter.status, status) &&
    is(filter.sourceId, source?.id) &&
    among(filter.trigger, trigger) &&
    (filter.waitingFor == null || (waiting !== null && filter.waitingFor.includes(waiting.for))) &&
    (filter.text == null || hasText(execution, filter.text)) &&
    costs(execution, filter) &&
    isWithin(execution, filter)
  return seen && hasModel(execution, filter.model)
}
