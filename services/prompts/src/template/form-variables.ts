import type { Variable } from './variables.ts'

/** The variable that a placeholder has which nobody declared: a required text. */
export function impliedVariable(name: string): Variable {
  return { name, type: 'text', required: true, default: null, description: null, choices: [] }
}

/** The variables of the form: the declared ones in their order, then an implied one for each other placeholder. */
export function effectiveVariables(
  declared: readonly Variable[],
  placeholders: readonly string[],
): Variable[] {
  const names = new Set(declared.map((variable) => variable.name))
  return [...declared, ...placeholders.filter((name) => !names.has(name)).map(impliedVariable)]
}
