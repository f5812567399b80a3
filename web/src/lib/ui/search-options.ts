/** One line that can be found and chosen. */
export interface Option {
  value: string
  label: string
  /** What tells it from others of that name. */
  detail?: string
  disabled?: boolean
}

/** Options that contain every word of the query, those that begin with it first. */
export function matching<T extends Option>(options: readonly T[], query: string): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...options]
  const found = options.filter(({ label, detail = '' }) => {
    const text = `${label} ${detail}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const begins = (option: T) => option.label.toLowerCase().startsWith(words[0] ?? '')
  return [...found.filter(begins), ...found.filter((option) => !begins(option))]
}
