interface Timed {
  startedAt: string | null
  finishedAt: string | null
}

export interface Bar {
  /** Percent of the whole. */
  left: number
  width: number
}

/** A moment on the line, in milliseconds of work from its beginning. */
export interface Tick {
  left: number
  ms: number
}

const least = 0.8

interface Span {
  from: number
  to: number
}

function spanOf({ startedAt, finishedAt }: Timed, now: Date): Span | null {
  if (!startedAt) return null
  const from = new Date(startedAt).getTime()
  return { from, to: Math.max(from, finishedAt ? new Date(finishedAt).getTime() : now.getTime()) }
}

/** The line of all spans without the silence between them, where each moment has its place in milliseconds. */
function lineOf(spans: readonly Span[]): { totalMs: number; place: (at: number) => number } {
  const edges = [...spans].sort((a, b) => a.from - b.from)
  const first = edges[0]?.from ?? 0
  const gaps: { at: number; ms: number }[] = []
  let reached = first
  for (const { from, to } of edges) {
    if (from > reached) gaps.push({ at: from, ms: from - reached })
    reached = Math.max(reached, to)
  }
  const place = (at: number) => at - first - gaps.reduce((sum, gap) => (gap.at <= at ? sum + gap.ms : sum), 0)
  return { totalMs: place(reached), place }
}

/**
 * Where each step stands on a common line from the first start to the last end; what runs reaches `now`. Waiting
 * between two steps (a conversation that rests) is cut out, so that hours of silence do not hide seconds of work.
 * `barOf` places anything else that lies within a step, such as one of its attempts.
 */
export function barsOf(
  steps: readonly Timed[],
  now: Date,
): { bars: (Bar | null)[]; totalMs: number; barOf: (part: Timed) => Bar | null } {
  const spans = steps.map((step) => spanOf(step, now))
  const { totalMs, place } = lineOf(spans.flatMap((span) => span ?? []))
  const bar = (span: Span | null): Bar | null => {
    if (!span || totalMs === 0) return span && { left: 0, width: 100 }
    const left = (place(span.from) / totalMs) * 100
    const width = Math.max(least, (place(span.to) / totalMs) * 100 - left)
    return { left: Math.min(left, 100 - least), width }
  }
  return { bars: spans.map(bar), totalMs, barOf: (part) => bar(spanOf(part, now)) }
}

/** Three to six round moments on a line of so many milliseconds, the beginning among them. */
export function ticksOf(totalMs: number): Tick[] {
  if (totalMs <= 0) return []
  const rough = totalMs / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough
  const count = Math.floor(totalMs / step) + 1
  return Array.from({ length: count }, (_, n) => ({ ms: n * step, left: ((n * step) / totalMs) * 100 }))
}
