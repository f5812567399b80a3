const list = new Intl.ListFormat('en', { type: 'conjunction' })

/** Names one after the other, as in a sentence. */
export function listed(names: readonly string[]): string {
  return list.format(names)
}
