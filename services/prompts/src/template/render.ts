import { canonicalName, scanTemplate, snippetKey, type TemplatePiece } from './grammar.ts'
import { byteLength, formatBytes, renderedByteLimit, textProblem, valueByteLimit } from './limits.ts'
import {
  findPlaceholders,
  placeholderNames,
  snippetNames,
  strayBraces,
  type Placeholder,
} from './placeholders.ts'
import { resolveValues, type ScopedValue, type ValueSource } from './resolve-values.ts'
import { effectiveVariables } from './form-variables.ts'
import type { TemplateIssue, Variable } from './variables.ts'

/** A snippet as it is now. */
export interface SnippetText {
  id: string
  name: string
  version: number
  text: string
}

export interface RenderInput {
  system: string
  body: string
  /** The declared variables; a placeholder without one is a required text. */
  variables: readonly Variable[]
  /** By name; what is absent or null falls back to a scoped value, then to the default. */
  values: Readonly<Record<string, unknown>>
  /** Scoped values by name. */
  scoped?: ReadonlyMap<string, ScopedValue>
  /** By `snippetKey`; where left out, nobody looked, and every reference stays as written without a warning. */
  snippets?: ReadonlyMap<string, SnippetText>
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
  /** Where each value of a variable came from, in the order of the form; a variable without a value is left out. */
  sources: ValueSource[]
  /** The snippets that were put in, each once, in the order of their first occurrence. */
  snippets: SnippetText[]
  /** The names of all snippets that the texts refer to, each once. */
  references: string[]
}

/**
 * Renders a prompt in one pass: a value or a snippet's text is put in as it is and never read again as a template.
 * Nothing throws: a placeholder whose value is missing or wrong stays as written, as does an unknown snippet, and the
 * problems are listed.
 */
export function renderPrompt({
  system,
  body,
  variables: declared,
  values: given,
  scoped = new Map(),
  snippets,
  message = '',
}: RenderInput): Rendering {
  const placeholders = findPlaceholders({ system, body })
  const names = placeholderNames({ system, body })
  const variables = effectiveVariables(declared, names)
  const resolved = resolveValues({ variables, used: new Set(names), given: valuesByName(given), scoped })
  const issues = resolved.issues
  const messageProblem = textProblem(message, valueByteLimit)
  if (messageProblem !== undefined)
    issues.push({ path: ['message'], message: `The message ${messageProblem}.` })

  const named = snippetNames({ system, body })
  const texts = { values: resolved.texts, snippets: snippets ?? new Map<string, SnippetText>() }
  const budget = { left: renderedByteLimit }
  const rendered = { system: fill(system, texts, budget), body: fill(body, texts, budget) }
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
    warnings: [
      ...findWarnings({ system, body, declared, names }),
      ...named
        .filter((name) => snippets && !snippets.has(snippetKey(name)))
        .slice(0, 20)
        .map((name) => `There is no snippet @${name} for you; it stays as written.`),
    ],
    placeholders,
    variables,
    values: Object.fromEntries(resolved.used),
    sources: resolved.sources,
    snippets: named.flatMap((name) => texts.snippets.get(snippetKey(name)) ?? []),
    references: named,
  }
}

function valuesByName(given: Readonly<Record<string, unknown>>): Map<string, unknown> {
  return new Map(Object.entries(given).map(([name, value]) => [canonicalName(name), value]))
}

interface Texts {
  values: ReadonlyMap<string, string>
  snippets: ReadonlyMap<string, SnippetText>
}

/** Beyond the budget nothing more is put in, so that a short template cannot ask for gigabytes. */
function fill(template: string, texts: Texts, budget: { left: number }): string {
  const sizes = new Map<string, number>()
  const parts: string[] = []
  for (const piece of scanTemplate(template)) {
    const written = textOf(piece, texts) ?? template.slice(piece.start, piece.end)
    const measured = piece.type === 'text' ? '' : `${piece.type} ${piece.name}`
    const size = sizes.get(measured) ?? byteLength(written)
    if (measured !== '') sizes.set(measured, size)
    budget.left -= size
    if (budget.left < 0) break
    parts.push(written)
  }
  return parts.join('')
}

function textOf(piece: TemplatePiece, texts: Texts): string | undefined {
  if (piece.type === 'text') return piece.text
  return piece.type === 'placeholder'
    ? texts.values.get(piece.name)
    : texts.snippets.get(snippetKey(piece.name))?.text
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
