const most = 140

/** The first line of a text that says something, in at most 140 characters; empty where none does. */
export function openingOf(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? ''
  const characters = Array.from(line.trim().replace(/\s+/g, ' '))
  if (characters.length <= most) return characters.join('')
  const kept = characters.slice(0, most - 1).join('')
  return `${kept.trimEnd()}…`
}
