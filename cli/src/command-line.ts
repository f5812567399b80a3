import { type ArgsDef, type CommandDef, renderUsage, runCommand } from 'citty'
import { ConfigError } from '@quillworks/service-kit/config'
import { CommandError, errorLines, exitCodes, usageError } from './command-error.ts'

/** Gives the command that `words` name, the names before it, and what follows. */
async function findCommand(
  root: CommandDef,
  words: string[],
): Promise<{ command: CommandDef; path: string[]; rest: string[] }> {
  let command = root
  let rest = words
  const path: string[] = []
  for (;;) {
    const children = (await resolve(command.subCommands)) ?? {}
    const name = rest[0]
    const child =
      name === undefined || !Object.hasOwn(children, name) ? undefined : await resolve(children[name])
    if (!child) return { command, path, rest }
    path.push((await resolve(command.meta))?.name ?? '')
    command = child
    rest = rest.slice(1)
  }
}

async function resolve<T>(
  value: T | Promise<T> | (() => T | Promise<T>) | undefined,
): Promise<T | undefined> {
  return typeof value === 'function' ? (value as () => T | Promise<T>)() : value
}

/** Refuses options that the command does not have: the parser would let a misspelt one pass in silence. */
function checkOptions(definitions: ArgsDef, words: string[]): void {
  const known = new Map<string, 'flag' | 'value'>()
  for (const [name, definition] of Object.entries(definitions)) {
    if (definition.type === 'positional') continue
    const kind = definition.type === 'boolean' ? 'flag' : 'value'
    const aliases = 'alias' in definition ? [definition.alias ?? []].flat() : []
    for (const each of [name, ...aliases]) known.set(each, kind)
    if (kind === 'flag') known.set(`no-${name}`, kind)
  }
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    if (word === '--') return
    if (!word.startsWith('-') || word === '-') continue
    const name = word.replace(/^--?/, '').split('=')[0] ?? ''
    const kind = known.get(name)
    if (!kind) throw usageError(`There is no option ${word.split('=')[0]} here.`)
    if (kind === 'value' && !word.includes('=')) {
      if (words[index + 1] === undefined) throw usageError(`The option ${word} needs a value.`)
      index += 1
    }
  }
}

/** All values of an option that may be given many times, in their order. */
export function repeatedOption(words: string[], name: string): string[] {
  const values: string[] = []
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    if (word === '--') break
    if (word === `--${name}`) {
      const next = words[index + 1]
      if (next !== undefined) values.push(next)
      index += 1
    } else if (word.startsWith(`--${name}=`)) values.push(word.slice(name.length + 3))
  }
  return values
}

/**
 * Runs the command that `words` (without the program's name) ask for and gives the exit code. Usage goes to stdout
 * when asked for, and to stderr with what was wrong when not.
 */
export async function runCommandLine(root: CommandDef, words: string[]): Promise<number> {
  process.stdout.on('error', (error) => {
    if (isBrokenPipe(error)) process.exit(brokenPipe)
    throw error
  })
  const { command, path, rest } = await findCommand(root, words)
  const usage = async (colors: boolean) => {
    const text = await renderUsage(command, { meta: { name: path.join(' ') } })
    return colors ? text : Bun.stripANSI(text)
  }
  if (rest.some((word) => word === '--help' || word === '-h')) {
    console.log(await usage(process.stdout.isTTY))
    return exitCodes.ok
  }
  const version = (await resolve(root.meta))?.version
  if (words.length === 1 && words[0] === '--version' && version) {
    console.log(version)
    return exitCodes.ok
  }
  try {
    if (!command.run) {
      const name = rest[0]
      console.error(await usage(process.stderr.isTTY))
      if (name !== undefined)
        console.error(`\nThere is no command ${[...words].slice(0, words.indexOf(name) + 1).join(' ')}.`)
      return exitCodes.usage
    }
    checkOptions((await resolve(command.args)) ?? {}, rest)
    const { result } = await runCommand(command, { rawArgs: rest })
    return typeof result === 'number' ? result : exitCodes.ok
  } catch (error) {
    return reportError(error)
  }
}

/** What a shell gives for a program whose reader went away, as `| head` does. */
const brokenPipe = 141

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}

function reportError(error: unknown): number {
  if (isBrokenPipe(error)) return brokenPipe
  if (error instanceof CommandError) {
    for (const line of errorLines(error)) console.error(line)
    return error.exitCode
  }
  if (error instanceof ConfigError) {
    console.error(error.message)
    return exitCodes.usage
  }
  if (error instanceof Error && error.name === 'CLIError') {
    console.error(error.message)
    return exitCodes.usage
  }
  console.error(error)
  return exitCodes.failed
}
