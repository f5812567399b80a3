/** Tokens and cost of one attempt; cost in integer nano-dollars as decimal text, null where no price is known. */
export interface KnownUsage {
  inputTokens: number
  outputTokens: number
  cachedTokens: number
  costNanoUsd: string | null
}

/** `none`: the kind of step spends nothing; `unknown`: spent, but nobody can say how much. */
export type AttemptUsage = 'none' | 'unknown' | KnownUsage

/** Sums over ended attempts, as the rows of steps and executions hold them. */
export interface UsageTotals {
  inputTokens: number | null
  outputTokens: number | null
  cachedTokens: number | null
  costNanoUsd: string | null
  unknownAttempts: number
  unpricedAttempts: number
  timeToFirstTokenMs: number | null
}

export const noUsage: UsageTotals = {
  inputTokens: null,
  outputTokens: null,
  cachedTokens: null,
  costNanoUsd: null,
  unknownAttempts: 0,
  unpricedAttempts: 0,
  timeToFirstTokenMs: null,
}

/** Adds one ended attempt to the sums. */
export function addUsage(totals: UsageTotals, usage: AttemptUsage): UsageTotals {
  if (usage === 'none') return totals
  if (usage === 'unknown') return { ...totals, unknownAttempts: totals.unknownAttempts + 1 }
  return {
    ...totals,
    inputTokens: (totals.inputTokens ?? 0) + usage.inputTokens,
    outputTokens: (totals.outputTokens ?? 0) + usage.outputTokens,
    cachedTokens: (totals.cachedTokens ?? 0) + usage.cachedTokens,
    costNanoUsd:
      usage.costNanoUsd === null
        ? totals.costNanoUsd
        : String(BigInt(totals.costNanoUsd ?? '0') + BigInt(usage.costNanoUsd)),
    unpricedAttempts: totals.unpricedAttempts + (usage.costNanoUsd === null ? 1 : 0),
  }
}

/** An attempt counted as unknown turned out to be known. */
export function replaceUnknown(totals: UsageTotals, usage: KnownUsage): UsageTotals {
  return addUsage({ ...totals, unknownAttempts: totals.unknownAttempts - 1 }, usage)
}
