import { z } from 'zod'
import { canonicalName, isPlaceholderName } from './grammar.ts'
import { jsonProblem, textProblem, variableLimit } from './limits.ts'
import { isEmpty, renderValue } from './values.ts'

export const variableTypes = ['text', 'long_text', 'number', 'boolean', 'choice', 'json', 'document'] as const
export type VariableType = (typeof variableTypes)[number]

/** What a placeholder is filled by. A `document` takes the document's text. */
export const variableSchema = z.object({
  name: z.string(),
  type: z.enum(variableTypes).default('text'),
  required: z.boolean().default(true),
  /** Used where no value is given; null for none. */
  default: z
    .unknown()
    .optional()
    .transform((value): unknown => value ?? null),
  description: z.string().nullable().default(null),
  /** What a choice may be. */
  choices: z.array(z.string()).default([]),
})
export type Variable = z.output<typeof variableSchema>

/** One problem, at a path such as `['variables', 0, 'name']`; the shape of the service's issues. */
export interface TemplateIssue {
  path: (string | number)[]
  message: string
}

/**
 * What is worth storing of the variables a form sends back: names in one encoding, and no variable that no
 * placeholder uses and that says nothing of its own (the form made it for a placeholder that is gone). A bad name stays
 * to be refused.
 */
export function normalizeVariables(given: readonly Variable[], placeholders: readonly string[]): Variable[] {
  const used = new Set(placeholders)
  return given
    .map((variable) => ({
      ...variable,
      name: canonicalName(variable.name),
      description: variable.description || null,
    }))
    .filter(
      (variable) => used.has(variable.name) || !isPlaceholderName(variable.name) || !isImplied(variable),
    )
}

/** Every problem of a prompt's variables at once. */
export function checkVariables(variables: readonly Variable[]): TemplateIssue[] {
  if (variables.length > variableLimit) {
    return [{ path: ['variables'], message: `A prompt has at most ${variableLimit} variables.` }]
  }
  const issues: TemplateIssue[] = []
  const seen = new Set<string>()
  variables.forEach((variable, index) => {
    const problem = (field: string, message: string) =>
      issues.push({ path: ['variables', index, field], message })
    const name = canonicalName(variable.name)
    if (!isPlaceholderName(name)) {
      problem(
        'name',
        'A name has letters, digits, _, - and . only, begins with a letter, a digit or _, and has at most 100 characters.',
      )
    } else if (seen.has(name)) problem('name', `There are two variables named ${name}.`)
    seen.add(name)
    const description = textProblem(variable.description ?? '', 4_000)
    if (description !== undefined) problem('description', `The description ${description}.`)
    checkChoices(variable, problem)
    checkDefault(variable, problem)
  })
  return issues
}

function checkChoices(variable: Variable, problem: (field: string, message: string) => void): void {
  if (variable.type !== 'choice') {
    if (variable.choices.length > 0) problem('choices', 'Only a choice has choices.')
    return
  }
  if (variable.choices.length === 0) problem('choices', 'A choice needs at least one thing to choose.')
  if (variable.choices.length > 200) problem('choices', 'A choice offers at most 200 things.')
  if (new Set(variable.choices).size < variable.choices.length) problem('choices', 'Each choice stands once.')
  for (const choice of variable.choices) {
    const bad = choice.trim() === '' ? 'is empty' : textProblem(choice, 4_000)
    if (bad !== undefined) problem('choices', `One of the choices ${bad}.`)
  }
}

function checkDefault(variable: Variable, problem: (field: string, message: string) => void): void {
  if (isEmpty(variable.default)) return
  const bad = jsonProblem(variable.default)
  if (bad !== undefined) return problem('default', `The default ${bad}.`)
  const rendered = renderValue(variable, variable.default)
  if (!rendered.ok) problem('default', rendered.problem)
}

function isImplied(variable: Variable): boolean {
  const { type, required, description, choices } = variable
  return (
    type === 'text' && required && isEmpty(variable.default) && description === null && choices.length === 0
  )
}
