const sections = ['title', 'system', 'body', 'variables'] as const
export type Section = (typeof sections)[number]

/** The parts of an optimizer's answer as far as they have arrived. */
export interface ArrivingAnswer {
  parts: { name: Section; text: string }[]
  /** The part that is being written. */
  writing: Section | undefined
}

/** Without the beginning of a tag that the end of the text may be. */
function withoutHalfTag(text: string, tag: string): string {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1)
    if (text.endsWith(tag.slice(0, length))) return text.slice(0, -length)
  return text
}

/**
 * Reads an answer in the form `<system>…</system><body>…</body>` while it arrives. It only shows what comes; what
 * counts in the end is read by the server.
 */
export function readArriving(answer: string): ArrivingAnswer {
  const parts: ArrivingAnswer['parts'] = []
  let writing: Section | undefined
  let rest = answer
  for (;;) {
    const begin = /<(title|system|body|variables)>[ \t]*\r?\n?/.exec(rest)
    if (!begin) break
    const name = begin[1] as Section
    const inside = rest.slice(begin.index + begin[0].length)
    const end = inside.indexOf(`</${name}>`)
    writing = end < 0 ? name : undefined
    const text = (end < 0 ? withoutHalfTag(inside, `</${name}>`) : inside.slice(0, end)).trimEnd()
    if (!parts.some((part) => part.name === name)) parts.push({ name, text })
    if (end < 0) break
    rest = inside.slice(end + name.length + 3)
  }
  const plain = answer.trimStart()
  if (parts.length === 0 && plain !== '' && !plain.startsWith('<'))
    return { parts: [{ name: 'body', text: plain }], writing: 'body' }
  return { parts, writing }
}

/** The title in an answer that is nothing else, as far as it has arrived. */
export function arrivingTitle(answer: string): string {
  const line = answer.split('\n').find((each) => each.trim() !== '') ?? ''
  return line
    .trim()
    .replace(/^(?:#+\s*|["'“„*_`]+)/, '')
    .replace(/["'“”*_`.]+$/, '')
    .slice(0, 200)
}
