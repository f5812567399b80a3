/** A line through values in a box; null where there is none, which leaves a gap. */
export interface SparkLine {
  /** SVG path. */
  path: string
  /** The last value there is. */
  end: { x: number; y: number } | undefined
}

/** The line of some values, from left to right, with zero or the least of them at the bottom. Rounded to tenths. */
export function sparkLine(
  values: readonly (number | null)[],
  box: { width: number; height: number; inset: number },
): SparkLine {
  const known = values.filter((value) => value !== null)
  const least = Math.min(0, ...known)
  const span = Math.max(0, ...known) - least || 1
  const step = values.length > 1 ? (box.width - 2 * box.inset) / (values.length - 1) : 0
  const round = (value: number) => Math.round(value * 10) / 10
  let path = ''
  let end: SparkLine['end']
  let pen = 'M'
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M'
      return
    }
    const x = round(box.inset + index * step)
    const y = round(box.height - box.inset - ((value - least) / span) * (box.height - 2 * box.inset))
    path += `${pen}${x} ${y}`
    pen = 'L'
    end = { x, y }
  })
  return { path, end }
}
