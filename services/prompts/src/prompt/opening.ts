const most = 140

/** The first line of a text that says something, in at most 140 characters; empty where none does. */
export function openingOf(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? ''
  const words = [...line.trim().replace(/\s+/g, ' ')]
  return words.length <= most
    ? words.join('')
    : `${words
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
}
