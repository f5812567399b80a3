/** Sums over attempts as they are stored: null where no attempt told, cost in nano-dollars. */
interface StoredSums {
  inputTokens: number | null
  outputTokens: number | null
  cachedTokens: number | null
  costNanoUsd: string | bigint | null
  unknownAttempts: number
  unpricedAttempts: number
  timeToFirstTokenMs: number | null
}

/** The same sums as the API and the pages tell them, cost in dollars. */
export interface ToldUsage {
  inputTokens: number | null
  outputTokens: number | null
  cachedTokens: number | null
  totalTokens: number | null
  costUsd: number | null
  unknownAttempts: number
  unpricedAttempts: number
  timeToFirstTokenMs: number | null
}

function known(value: number | null, unknownParts: number): number | null {
  return value ?? (unknownParts > 0 ? null : 0)
}

/** A sum of nothing is zero; a sum of only unknown parts is unknown, which is null and never zero. */
export function toldUsage(sums: StoredSums): ToldUsage {
  const { inputTokens, outputTokens, cachedTokens, costNanoUsd, unknownAttempts, unpricedAttempts } = sums
  const total =
    inputTokens === null && outputTokens === null ? null : (inputTokens ?? 0) + (outputTokens ?? 0)
  const costUsd = costNanoUsd === null ? null : Number(costNanoUsd) / 1e9
  return {
    inputTokens: known(inputTokens, unknownAttempts),
    outputTokens: known(outputTokens, unknownAttempts),
    cachedTokens: known(cachedTokens, unknownAttempts),
    totalTokens: known(total, unknownAttempts),
    costUsd: known(costUsd, unknownAttempts + unpricedAttempts),
    unknownAttempts,
    unpricedAttempts,
    timeToFirstTokenMs: sums.timeToFirstTokenMs,
  }
}
