/** How the last asking went: seconds the server wants to be left alone, where it said so. */
export interface PollOutcome {
  /** Askings that failed in a row; 0 after an answer. */
  failures: number
  retryAfterSeconds?: number | undefined
}

const longestMs = 60_000
/** So many failures in a row are called trouble; asking goes on, with growing pauses. */
export const failuresThatCount = 3

/** Milliseconds until the next asking. After failures the pause doubles, up to a minute. */
export function nextPollMs(intervalMs: number, { failures, retryAfterSeconds = 0 }: PollOutcome): number {
  const own = failures === 0 ? intervalMs : Math.min(longestMs, intervalMs * 2 ** Math.min(failures, 8))
  return Math.max(own, retryAfterSeconds * 1000)
}

/** The ids to ask about, each once, with the oldest revision that somebody shows; parts of at most `size`. */
export function batchesOf(
  asked: readonly { id: string; revision: number }[],
  size: number,
): { id: string; revision: number }[][] {
  const oldest = new Map<string, number>()
  for (const { id, revision } of asked) {
    oldest.set(id, Math.min(revision, oldest.get(id) ?? revision))
  }
  const all = [...oldest].map(([id, revision]) => ({ id, revision }))
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size))
}
