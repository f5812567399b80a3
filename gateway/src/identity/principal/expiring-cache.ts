/** Remembers what `load` gave for a key for `lifeMs`, shared by all who ask meanwhile; the oldest beyond `max` goes. */
export function createExpiringCache<T>(input: { lifeMs: number; max: number; now?: () => number }) {
  const now = input.now ?? (() => performance.now())
  const entries = new Map<string, { until: number; value: Promise<T> }>()

  return {
    get(key: string, load: () => Promise<T>): Promise<T> {
      const known = entries.get(key)
      if (known && known.until > now()) return known.value
      const value = load()
      entries.delete(key)
      entries.set(key, { until: now() + input.lifeMs, value })
      value.catch(() => {
        if (entries.get(key)?.value === value) entries.delete(key)
      })
      if (entries.size > input.max) {
        const oldest = entries.keys().next()
        if (!oldest.done) entries.delete(oldest.value)
      }
      return value
    },
    clear(): void {
      entries.clear()
    },
  }
}
