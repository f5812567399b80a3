import type { Variable } from './variables.ts'

/** The variable that a placeholder has which nobody declared: a required text. */
export function impliedVariable(name: string): Variable {
  return { name, type: 'text', required: true, default: null, description: null, choices: [] }
}

/**
 * The variables of the form, in the order in which the text names them: the declared ones, and an implied one for each
 * other placeholder. Declared ones that the text does not name come last.
 */
export function effectiveVariables(
  declared: readonly Variable[],
  placeholders: readonly string[],
): Variable[] {
  const byName = new Map(declared.map((variable) => [variable.name, variable]))
  const named = new Set(placeholders)
  return [
    ...placeholders.map((name) => byName.get(name) ?? impliedVariable(name)),
    ...declared.filter(({ name }) => !named.has(name)),
  ]
}
