import type { Issue } from '../graphql/failure.ts'
import type { PromptVariable } from '../prompts/prompt.documents.ts'

/** What a form field holds while one types: text for all but booleans. */
export type FormValue = string | boolean
export type Form = Record<string, FormValue>

function written(value: unknown, type: PromptVariable['type']): FormValue {
  if (type === 'boolean') return value === true || value === 'true'
  if (value === null || value === undefined) return ''
  if (typeof value === 'string' && type !== 'json') return value
  return JSON.stringify(value, null, 2)
}

/** The form at the beginning: the last values where there are some, else the defaults. */
export function formFrom(variables: PromptVariable[], last: Record<string, unknown> | undefined): Form {
  return Object.fromEntries(
    variables.map(({ name, type, default: fallback }) => [name, written(last?.[name] ?? fallback, type)]),
  )
}

/** The fields that hold something else than they did at the beginning. */
export function changedFrom(form: Form, beginning: Form): Form {
  return Object.fromEntries(Object.entries(form).filter(([name, value]) => value !== beginning[name]))
}

/** Required, with neither a value nor a default. */
export function isMissing(variable: PromptVariable, value: FormValue | undefined): boolean {
  const empty = value === undefined || (typeof value === 'string' && value.trim() === '')
  return variable.required && variable.type !== 'boolean' && empty && (variable.default ?? null) === null
}

function typed(variable: PromptVariable, value: FormValue): { value: unknown } | { problem: string } {
  if (typeof value === 'boolean') return { value }
  if (variable.type === 'number') {
    const number = Number(value.trim())
    return Number.isFinite(number) ? { value: number } : { problem: 'Write a number such as 12 or 0.5' }
  }
  if (variable.type !== 'json') return { value }
  try {
    return { value: JSON.parse(value) }
  } catch (error) {
    return { problem: `This is not JSON yet: ${error instanceof Error ? error.message : 'unreadable'}` }
  }
}

/** The values to send, and what keeps them from being sent. A field left empty is left out: its default counts. */
export function readForm(
  variables: PromptVariable[],
  form: Form,
): { values: Record<string, unknown>; issues: Issue[] } {
  const values: Record<string, unknown> = {}
  const issues: Issue[] = []
  for (const variable of variables) {
    const { name } = variable
    const value = form[name]
    if (isMissing(variable, value)) issues.push({ path: ['values', name], message: 'Needs a value' })
    else if (value !== undefined && value !== '') {
      const result = typed(variable, value)
      if ('problem' in result) issues.push({ path: ['values', name], message: result.problem })
      else values[name] = result.value
    }
  }
  return { values, issues }
}
