import { isEmpty, renderValue } from './values.ts'
import type { TemplateIssue, Variable } from './variables.ts'

/** Whom a scoped variable counts for; the first that has a value is taken. */
export const variableScopes = ['user', 'project', 'organization'] as const
export type VariableScope = (typeof variableScopes)[number]

/** The value kept for a name, of the nearest scope that has one. */
export interface ScopedValue {
  from: VariableScope
  value: unknown
}

/** Where a value came from, nearest first. */
export const valueOrigins = ['call', ...variableScopes, 'default'] as const
export type ValueOrigin = (typeof valueOrigins)[number]

export interface ValueSource {
  name: string
  from: ValueOrigin
  value: unknown
}

const keptFor: Record<VariableScope, string> = {
  user: 'kept for you',
  project: 'kept for the project',
  organization: 'kept for the organization',
}

/** Finds each variable's value: given, else scoped, else its default; and says what is missing, wrong or unknown. */
export function resolveValues(input: {
  variables: readonly Variable[]
  /** Names that a placeholder uses. */
  used: ReadonlySet<string>
  given: ReadonlyMap<string, unknown>
  scoped: ReadonlyMap<string, ScopedValue>
}) {
  const texts = new Map<string, string>()
  const used = new Map<string, unknown>()
  const sources: ValueSource[] = []
  const missing: string[] = []
  const issues: TemplateIssue[] = []
  for (const variable of input.variables) {
    const { name } = variable
    const { from, value } = originOf(variable, input)
    if (isEmpty(value)) {
      if (from === 'call') sources.push({ name, from, value })
      if (variable.required && input.used.has(name)) missing.push(name)
      else texts.set(name, '')
      continue
    }
    sources.push({ name, from, value })
    const rendered = renderValue(variable, value)
    if (!rendered.ok) {
      const problem =
        from === 'call' || from === 'default'
          ? rendered.problem
          : `The value ${keptFor[from]} does not fit. ${rendered.problem}`
      issues.push({ path: ['values', name], message: problem })
      continue
    }
    texts.set(name, rendered.text)
    used.set(name, value)
  }
  const known = new Set(input.variables.map((variable) => variable.name))
  const unknown = [...input.given.keys()].filter((name) => !known.has(name))
  return { texts, used, sources, missing, unknown, issues }
}

/** A null counts as not given; an empty text is given, and means empty. */
function originOf(
  variable: Variable,
  { given, scoped }: { given: ReadonlyMap<string, unknown>; scoped: ReadonlyMap<string, ScopedValue> },
): { from: ValueOrigin; value: unknown } {
  const value = given.get(variable.name) ?? null
  if (value !== null) return { from: 'call', value }
  return scoped.get(variable.name) ?? { from: 'default', value: variable.default }
}
