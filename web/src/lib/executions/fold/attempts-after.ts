import { toldUsage, type AttemptChange, type UsageTotals } from '@quillworks/executions/fold'
import type { Attempt } from '../execution.documents.ts'
import { totalsOf } from './state-of.ts'

const iso = (at: number): string => new Date(at).toISOString()

function totalsAfter(change: AttemptChange, before: AttemptThen | undefined): UsageTotals {
  const { usage_state: state, time_to_first_token_ms: first } = change
  const timeToFirstTokenMs = first ?? before?.usage.timeToFirstTokenMs ?? null
  if (state === null && before) return { ...totalsOf(before.usage), timeToFirstTokenMs }
  return {
    inputTokens: change.input_tokens,
    outputTokens: change.output_tokens,
    cachedTokens: change.cached_tokens,
    costNanoUsd: change.cost_nano_usd,
    unknownAttempts: state === 'unknown' ? 1 : 0,
    unpricedAttempts: state === 'known' && change.cost_nano_usd === null ? 1 : 0,
    timeToFirstTokenMs,
  }
}

/** An attempt without the revision that it is of. */
type AttemptThen = Omit<Attempt, 'executionRevision'>

/** An attempt after a change of its row; what the change does not name stays. */
function attemptAfter(change: AttemptChange, before: AttemptThen | undefined): AttemptThen {
  const { error_code: code, error_message: message, finished_at: finishedAt } = change
  return {
    number: change.number,
    status: (change.status ?? before?.status ?? 'running') as Attempt['status'],
    model: before?.model ?? change.model,
    finishReason: change.finish_reason ?? before?.finishReason ?? null,
    startedAt: before?.startedAt ?? iso(change.started_at),
    finishedAt: finishedAt === null ? (before?.finishedAt ?? null) : iso(finishedAt),
    error: code === null ? (before?.error ?? null) : { code, message: message ?? '' },
    usage: toldUsage(totalsAfter(change, before)),
  }
}

/** A step's attempts after changes of some of them, by number. */
export function attemptsAfter(
  before: readonly AttemptThen[],
  changes: readonly AttemptChange[],
): AttemptThen[] {
  const byNumber = new Map(before.map((attempt) => [attempt.number, attempt]))
  for (const change of changes) {
    byNumber.set(change.number, attemptAfter(change, byNumber.get(change.number)))
  }
  return [...byNumber.values()].sort((a, b) => a.number - b.number)
}
