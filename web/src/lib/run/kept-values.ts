import type { KeptValue, PromptVariable } from '../prompts/prompt.documents.ts'
import { originWords } from '../prompts/value-origin.ts'
import { formFrom, type Form, type FormValue } from './values.ts'

/** A variable of a form, with where its default comes from if that is not the prompt. */
export type FormVariable = PromptVariable & { origin?: string }

const nearest: KeptValue['scope'][] = ['user', 'project', 'organization']

/** The variables with the values kept for their names in place of the prompt's defaults, nearest first, as a run takes them. */
export function withKept(variables: readonly PromptVariable[], kept: readonly KeptValue[]): FormVariable[] {
  return variables.map((variable) => {
    const found = nearest
      .map((scope) => kept.find((value) => value.name === variable.name && value.scope === scope))
      .find((value) => value !== undefined)
    return found ? { ...variable, default: found.value, origin: originWords(found.scope) } : variable
  })
}

/** Whose value a field of the form shows, in words, until somebody changes it; undefined where it is the prompt's. */
export function originOf(variable: FormVariable, value: FormValue): string | undefined {
  return value === formFrom([variable], undefined)[variable.name] ? variable.origin : undefined
}

/** Whose values the fields of a form show that nobody has changed, by name: in words, or `default` for the prompt's. */
export function shownOrigins(variables: readonly FormVariable[], form: Form): Record<string, string> {
  const untouched = variables.flatMap((variable) => {
    const { name, type, default: fallback } = variable
    const same = form[name] === formFrom([variable], undefined)[name]
    // A switch that is off looks the same, default or not.
    if (!same || fallback === null || fallback === undefined || type === 'boolean') return []
    return [[name, variable.origin ?? 'default'] as const]
  })
  return Object.fromEntries(untouched)
}
