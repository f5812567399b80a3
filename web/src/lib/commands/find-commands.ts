interface Findable {
  title: string
  group: string
  words?: string
}

/** Those of which every word wanted begins a word, best first: in the title before elsewhere. */
export function findCommands<Command extends Findable>(all: readonly Command[], wanted: string): Command[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...all]
  const beginsIn = (text: string) => {
    const parts = text.toLowerCase().split(/[^\p{L}\p{N}]+/u)
    return (word: string) => parts.some((part) => part.startsWith(word))
  }
  const found = all.filter(({ title, group, words: more = '' }) =>
    words.every(beginsIn(`${title} ${group} ${more}`)),
  )
  const inTitle = new Set(found.filter(({ title }) => words.every(beginsIn(title))))
  return [...inTitle, ...found.filter((command) => !inTitle.has(command))]
}
