import { canonicalName, scanTemplate } from './grammar.ts'
import { byteLength, formatBytes, renderedByteLimit, textProblem, valueByteLimit } from './limits.ts'
import { findPlaceholders, placeholderNames, strayBraces, type Placeholder } from './placeholders.ts'
import { isEmpty, renderValue } from './values.ts'
import { effectiveVariables, type TemplateIssue, type Variable } from './variables.ts'

export interface RenderInput {
  system: string
  body: string
  /** The declared variables; a placeholder without one is a required text. */
  variables: readonly Variable[]
  /** By name; what is absent or null falls back to the default. */
  values: Readonly<Record<string, unknown>>
  /** What the person typed. */
  message?: string
}

export interface Rendering {
  system: string
  body: string
  /** The first request: the body, a blank line and the message. */
  text: string
  /** Required variables that a placeholder uses and that have neither value nor default. */
  missing: string[]
  /** Given values that neither a variable nor a placeholder has. */
  unknown: string[]
  /** Values of a wrong type or size, at `['values', name]`; and texts that cannot be sent. */
  issues: TemplateIssue[]
  warnings: string[]
  placeholders: Placeholder[]
  /** The variables of the form. */
  variables: Variable[]
  /** The values that were used, defaults included. */
  values: Record<string, unknown>
}

/**
 * Renders a prompt in one pass: a value is put in as it is and never read again as a template. Nothing throws: a
 * placeholder whose value is missing or wrong stays as written, and the problems are listed.
 */
export function renderPrompt({
  system,
  body,
  variables: declared,
  values: given,
  message = '',
}: RenderInput): Rendering {
  const placeholders = findPlaceholders({ system, body })
  const names = placeholderNames({ system, body })
  const variables = effectiveVariables(declared, names)
  const resolved = resolveValues({ variables, used: new Set(names), given: valuesByName(given) })
  const issues = resolved.issues
  const messageProblem = textProblem(message, valueByteLimit)
  if (messageProblem !== undefined)
    issues.push({ path: ['message'], message: `The message ${messageProblem}.` })

  const budget = { left: renderedByteLimit }
  const rendered = { system: fill(system, resolved.texts, budget), body: fill(body, resolved.texts, budget) }
  if (budget.left < 0) {
    issues.push({
      path: ['values'],
      message: `The rendered text is longer than ${formatBytes(renderedByteLimit)}.`,
    })
  }
  return {
    ...rendered,
    text: [rendered.body, message].filter((part) => part !== '').join('\n\n'),
    missing: resolved.missing,
    unknown: resolved.unknown,
    issues,
    warnings: findWarnings({ system, body, declared, names }),
    placeholders,
    variables,
    values: Object.fromEntries(resolved.used),
  }
}

function valuesByName(given: Readonly<Record<string, unknown>>): Map<string, unknown> {
  return new Map(Object.entries(given).map(([name, value]) => [canonicalName(name), value]))
}

function resolveValues(input: { variables: Variable[]; used: Set<string>; given: Map<string, unknown> }) {
  const texts = new Map<string, string>()
  const used = new Map<string, unknown>()
  const missing: string[] = []
  const issues: TemplateIssue[] = []
  for (const variable of input.variables) {
    const value = input.given.get(variable.name) ?? variable.default
    if (isEmpty(value)) {
      if (variable.required && input.used.has(variable.name)) missing.push(variable.name)
      else texts.set(variable.name, '')
      continue
    }
    const rendered = renderValue(variable, value)
    if (!rendered.ok) {
      issues.push({ path: ['values', variable.name], message: rendered.problem })
      continue
    }
    texts.set(variable.name, rendered.text)
    used.set(variable.name, value)
  }
  const known = new Set(input.variables.map((variable) => variable.name))
  const unknown = [...input.given.keys()].filter((name) => !known.has(name))
  return { texts, used, missing, unknown, issues }
}

/** Beyond the budget nothing more is put in, so that a short template cannot ask for gigabytes. */
function fill(template: string, texts: ReadonlyMap<string, string>, budget: { left: number }): string {
  const sizes = new Map<string, number>()
  const parts: string[] = []
  for (const piece of scanTemplate(template)) {
    const text = piece.type === 'text' ? piece.text : texts.get(piece.name)
    const written = text ?? template.slice(piece.start, piece.end)
    const size = piece.type === 'text' ? byteLength(written) : (sizes.get(piece.name) ?? byteLength(written))
    if (piece.type === 'placeholder') sizes.set(piece.name, size)
    budget.left -= size
    if (budget.left < 0) break
    parts.push(written)
  }
  return parts.join('')
}

function findWarnings(input: {
  system: string
  body: string
  declared: readonly Variable[]
  names: string[]
}): string[] {
  const used = new Set(input.names)
  const unused = input.declared.filter((variable) => !used.has(variable.name))
  const stray = new Set([...strayBraces(input.system), ...strayBraces(input.body)])
  return [
    ...unused.map((variable) => `No placeholder uses the variable ${variable.name}.`),
    ...[...stray].map((braces) => `${braces} is no placeholder and stays as written.`),
  ]
}
