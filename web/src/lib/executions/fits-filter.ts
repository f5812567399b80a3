import type { ExecutionSummary } from './execution.documents.ts'
import type { ExecutionFilter, ExecutionRowData } from './execution-rows.documents.ts'

/** An execution as an event tells it, with what else is known of it. */
export type KnownExecution = ExecutionSummary & Partial<Pick<ExecutionRowData, 'models' | 'createdBy'>>

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

/** What an event tells too little of: the models, and who it is by. */
function alsoFits({ models, createdBy }: KnownExecution, filter: ExecutionFilter): Verdict {
  const model = filter.model == null ? true : models?.includes(filter.model)
  const by = filter.createdBy == null ? true : createdBy && createdBy.id === filter.createdBy
  return model === false || by === false ? false : model === undefined || by === undefined ? undefined : true
}

/** Whether a list of this filter shows an execution, as the server decides it; undefined where only the server knows. */
export function fitsFilter(execution: KnownExecution, filter: ExecutionFilter): Verdict {
  const { track, projectId, kind, status, source, trigger, waiting } = execution
  const seen =
    track &&
    is(filter.projectId, projectId) &&
    among(filter.kind, kind) &&
    among(filter.status, status) &&
    is(filter.sourceId, source?.id) &&
    among(filter.trigger, trigger) &&
    (filter.waitingFor == null || (waiting !== null && filter.waitingFor.includes(waiting.for))) &&
    (filter.text == null || hasText(execution, filter.text)) &&
    costs(execution, filter) &&
    isWithin(execution, filter)
  return seen && alsoFits(execution, filter)
}
