import type { ExecutionSummary } from '../contract/events.ts'
import { isFinal } from '../contract/status.ts'
import type { ExecutionState } from './state.ts'

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))

/** Steps that have ended, of all that are known. */
export function progressOf(state: ExecutionState): { done: number; total: number } {
  let done = 0
  for (const step of state.steps.values()) if (isFinal(step.status)) done += 1
  return { done, total: state.steps.size }
}

/** The hot fields, as events carry them. */
export function summaryOf(state: ExecutionState, progress = progressOf(state)): ExecutionSummary {
  return {
    id: state.id,
    revision: state.revision,
    kind: state.kind,
    name: state.name,
    status: state.status,
    waiting: state.waiting && {
      for: state.waiting.for,
      stepKey: state.waiting.stepKey,
      since: iso(state.waiting.since),
      until: isoOrNull(state.waiting.until),
    },
    track: state.track,
    projectId: state.projectId,
    ownerId: state.ownerId,
    visibility: state.visibility,
    source: state.source,
    error: state.error,
    progress,
    usage: state.usage,
    createdAt: iso(state.createdAt),
    startedAt: isoOrNull(state.startedAt),
    finishedAt: isoOrNull(state.finishedAt),
    updatedAt: iso(state.updatedAt),
  }
}
