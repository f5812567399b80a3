import type { z } from 'zod'
import { inWords } from './validation-words.ts'

/** One setting: where it is read, what it may be, its default (none means required) and a line for people. */
export interface ConfigEntry<T> {
  env: string
  schema: z.ZodType<T, unknown>
  default?: T
  doc: string
}

type Entries = Record<string, ConfigEntry<unknown>>
type ConfigOf<E extends Entries> = { [K in keyof E]: E[K] extends ConfigEntry<infer T> ? T : never }

/** Every problem of the settings at once, so that a person mends them in one go. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/** Types one entry by its schema; `defineConfig` composes them. */
export function entry<T>(value: ConfigEntry<T>): ConfigEntry<T> {
  return value
}

/**
 * Makes the reader of a process's settings. The reader takes the environment (that of the process by default) and
 * returns typed values, or throws `ConfigError` naming every bad variable.
 */
export function defineConfig<E extends Entries>(
  entries: E,
): ((env?: Record<string, string | undefined>) => ConfigOf<E>) & { entries: E } {
  const read = (env: Record<string, string | undefined> = process.env) => {
    const problems: string[] = []
    const values: Record<string, unknown> = {}
    for (const [name, setting] of Object.entries(entries)) {
      const raw = env[setting.env]
      if (raw === undefined || raw === '') {
        if (setting.default === undefined && !setting.schema.safeParse(undefined).success) {
          problems.push(`${setting.env} is missing: ${setting.doc}`)
        }
        values[name] = setting.default
        continue
      }
      const parsed = setting.schema.safeParse(raw, { error: inWords })
      if (parsed.success) values[name] = parsed.data
      else {
        const reasons = parsed.error.issues.map((issue) => issue.message).join(' ')
        problems.push(`${setting.env}: ${reasons} (${setting.doc})`)
      }
    }
    if (problems.length > 0) throw new ConfigError(problems)
    return values as ConfigOf<E>
  }
  return Object.assign(read, { entries })
}
