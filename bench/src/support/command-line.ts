/** `--name value` and `--flag` after the names of what shall be run. */
export interface CommandLine {
  names: string[]
  has: (flag: string) => boolean
  text: (name: string) => string | undefined
  number: (name: string, otherwise: number) => number
}

export function parseCommandLine(words: string[]): CommandLine {
  const names: string[] = []
  const options = new Map<string, string | undefined>()
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    const next = words[index + 1]
    if (!word.startsWith('--')) names.push(word)
    else if (next === undefined || next.startsWith('--')) options.set(word.slice(2), undefined)
    else {
      options.set(word.slice(2), next)
      index += 1
    }
  }
  return {
    names,
    has: (flag) => options.has(flag),
    text: (name) => options.get(name),
    number: (name, otherwise) => {
      const text = options.get(name)
      const value = text === undefined ? otherwise : Number(text)
      if (!Number.isFinite(value)) throw new Error(`--${name} is no number.`)
      return value
    },
  }
}
