interface Ordered {
  key: string
  after: string[]
}

/** The steps in an order in which each comes after those it waits for; steps in cycles, or behind one, are missing. */
function inOrder<Step extends Ordered>(steps: readonly Step[]): Step[] {
  const known = new Map(steps.map((step) => [step.key, step]))
  const missing = new Map(steps.map((step) => [step.key, step.after.filter((key) => known.has(key)).length]))
  const followers = Map.groupBy(
    steps.flatMap((step) => step.after.map((before) => ({ before, step }))),
    ({ before }) => before,
  )
  const order = steps.filter((step) => missing.get(step.key) === 0)
  for (const { key } of order) {
    for (const { step } of followers.get(key) ?? []) {
      const left = (missing.get(step.key) ?? 0) - 1
      missing.set(step.key, left)
      if (left === 0) order.push(step)
    }
  }
  return order
}

/** Keys of the steps that are part of a cycle or can only come after one. */
export function stepsInCycles(steps: readonly Ordered[]): Set<string> {
  const ordered = new Set(inOrder(steps).map((step) => step.key))
  return new Set(steps.map((step) => step.key).filter((key) => !ordered.has(key)))
}

/**
 * Answers whether one step is always over before another begins. One bit per pair: a plan has up to 10,000 steps, and
 * walking up from each of them would take seconds.
 */
export function ancestorsOf(steps: readonly Ordered[]): (key: string, stepKey: string) => boolean {
  const index = new Map(steps.map((step, position) => [step.key, position]))
  const words = Math.ceil(steps.length / 32)
  const before = new Map<string, Uint32Array>()
  for (const { key, after } of inOrder(steps)) {
    const bits = new Uint32Array(words)
    for (const earlier of after) {
      before.get(earlier)?.forEach((word, position) => {
        bits[position] = (bits[position] ?? 0) | word
      })
      const position = index.get(earlier)
      if (position !== undefined) bits[position >> 5] = (bits[position >> 5] ?? 0) | (1 << (position & 31))
    }
    before.set(key, bits)
  }
  return (key, stepKey) => {
    const position = index.get(key)
    if (position === undefined) return false
    return ((before.get(stepKey)?.[position >> 5] ?? 0) & (1 << (position & 31))) !== 0
  }
}
