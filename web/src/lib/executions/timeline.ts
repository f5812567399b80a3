interface Timed {
  startedAt: string | null
  finishedAt: string | null
}

export interface Bar {
  /** Percent of the whole. */
  left: number
  width: number
}

const least = 0.8

/**
 * Where each step stands on a common line from the first start to the last end; what runs reaches `now`. Waiting
 * between two steps (a conversation that rests) is cut out, so that hours of silence do not hide seconds of work.
 */
export function barsOf(steps: Timed[], now: Date): { bars: (Bar | null)[]; totalMs: number } {
  const spans = steps.map(({ startedAt, finishedAt }) => {
    if (!startedAt) return null
    const from = new Date(startedAt).getTime()
    return { from, to: Math.max(from, finishedAt ? new Date(finishedAt).getTime() : now.getTime()) }
  })
  const edges = spans.flatMap((span) => (span ? [span] : [])).sort((a, b) => a.from - b.from)
  const gaps: { at: number; ms: number }[] = []
  let reached = edges[0]?.from ?? 0
  for (const { from, to } of edges) {
    if (from > reached) gaps.push({ at: from, ms: from - reached })
    reached = Math.max(reached, to)
  }
  const first = edges[0]?.from ?? 0
  const place = (at: number) => at - first - gaps.reduce((sum, gap) => (gap.at <= at ? sum + gap.ms : sum), 0)
  const totalMs = place(reached)
  const bars = spans.map((span) => {
    if (!span || totalMs === 0) return span && { left: 0, width: 100 }
    const left = (place(span.from) / totalMs) * 100
    const width = Math.max(least, (place(span.to) / totalMs) * 100 - left)
    return { left: Math.min(left, 100 - least), width }
  })
  return { bars, totalMs }
}
