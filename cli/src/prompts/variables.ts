import { usageError } from '../command-error.ts'

/** A variable as a prompt declares it. */
export interface DeclaredVariable {
  name: string
  type: string
  choices: string[]
}

/** Splits `--var name=value` texts; the last one of a name counts. Throws what a person can mend. */
export function parseAssignments(texts: string[]): Map<string, string> {
  const values = new Map<string, string>()
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 1) throw usageError(`--var takes name=value; this is not: ${text}`)
    values.set(text.slice(0, at).trim(), text.slice(at + 1))
  }
  return values
}

/**
 * The text of a value: `@path` is the content of that file, `@-` that of stdin, `@@text` the text `@text`. One line end at
 * the end of a file is left out.
 */
export async function readValue(text: string, read: (path: string) => Promise<string>): Promise<string> {
  if (!text.startsWith('@')) return text
  if (text.startsWith('@@')) return text.slice(1)
  return (await read(text.slice(1))).replace(/\r?\n$/, '')
}

const yes = new Set(['true', 'yes', 'on', '1'])
const no = new Set(['false', 'no', 'off', '0'])

/** Gives a text the type that its variable has; the problem in words where it does not fit. */
function typeValue(variable: DeclaredVariable, text: string): { value: unknown } | { problem: string } {
  if (variable.type === 'number') {
    const value = Number(text)
    return text.trim() !== '' && Number.isFinite(value)
      ? { value }
      : { problem: `is a number, not "${text}"` }
  }
  if (variable.type === 'boolean') {
    const word = text.trim().toLowerCase()
    if (yes.has(word)) return { value: true }
    return no.has(word) ? { value: false } : { problem: `is true or false, not "${text}"` }
  }
  if (variable.type === 'json') {
    try {
      return { value: JSON.parse(text) as unknown }
    } catch (error) {
      return { problem: `is JSON; ${error instanceof Error ? error.message : 'this is not'}` }
    }
  }
  if (variable.type === 'choice' && variable.choices.length > 0 && !variable.choices.includes(text)) {
    return { problem: `is one of ${variable.choices.join(', ')}, not "${text}"` }
  }
  return { value: text }
}

/** Types all values by the prompt's declaration; every unknown name and every misfit is named at once. */
export function typeValues(
  variables: DeclaredVariable[],
  texts: Map<string, string>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [name, text] of texts) {
    const variable = variables.find((each) => each.name === name)
    if (!variable) {
      const names = variables.map((each) => each.name).join(', ')
      problems.push(`${name}: the prompt has no such variable; it has ${names || 'none'}`)
      continue
    }
    const typed = typeValue(variable, text)
    if ('value' in typed) values[name] = typed.value
    else problems.push(`${name} ${typed.problem}`)
  }
  if (problems.length > 0)
    throw usageError(`The variables do not fit:\n${problems.map((line) => `  ${line}`).join('\n')}`)
  return values
}
