import { titleLimit } from '../template/checks.ts'
import { effectiveVariables } from '../template/form-variables.ts'
import { placeholderNames } from '../template/placeholders.ts'
import { checkVariables, normalizeVariables, variableSchema, type Variable } from '../template/variables.ts'

/** What an answer says of each part; a part that it leaves out is undefined. */
export interface ParsedAnswer {
  title?: string
  system?: string
  body?: string
  variables?: Variable[]
  /** What is wrong with the form of the answer, in words for people. */
  problems: string[]
}

const sections = ['title', 'system', 'body', 'variables'] as const
type Section = (typeof sections)[number]

/** Reads an answer in the form `<system>…</system><body>…</body>`, with whatever a model wrote around it. */
export function parseAnswer(answer: string, expected: readonly Section[]): ParsedAnswer {
  if (answer.trim() === '') return { problems: ['The model answered nothing.'] }
  const problems: string[] = []
  const found: Partial<Record<Section, string>> = {}
  for (const section of expected) {
    // A text may hold such a tag itself: the part ends where the next one begins, or the answer ends.
    const closed = new RegExp(
      `<${section}>([\\s\\S]*?)</${section}>(?=\\s*(?:<(?:${sections.join('|')})>|[^<]*$))`,
    ).exec(answer)?.[1]
    const opened = closed ?? new RegExp(`<${section}>([\\s\\S]*)$`).exec(answer)?.[1]
    if (opened === undefined) continue
    if (closed === undefined) problems.push(`The answer ends in the middle of its ${section}.`)
    found[section] = opened.replace(/^[ \t]*\r?\n/, '').trimEnd()
  }
  if (Object.keys(found).length === 0) {
    const only = expected.length === 1 ? expected[0] : 'body'
    problems.push(`The answer does not have the form that was asked for; all of it is taken as the ${only}.`)
    return { [only ?? 'body']: withoutFence(answer.trim()), problems }
  }
  const { title, system, body, variables } = found
  return {
    ...(title === undefined ? {} : { title: titleOf(title) }),
    ...(system === undefined ? {} : { system }),
    ...(body === undefined ? {} : { body }),
    ...(variables === undefined ? {} : { variables: variablesOf(variables, problems) }),
    problems,
  }
}

/** The title in an answer that is nothing else: its first line, without what models put around it. */
export function titleOf(answer: string): string {
  const line = answer.split('\n').find((each) => each.trim() !== '') ?? ''
  return line
    .trim()
    .replace(/^(?:#+\s*|title:\s*|[-*]\s+)/i, '')
    .replace(/^["'“”„*_`]+|["'“”*_`.]+$/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, titleLimit)
    .toWellFormed()
}

/** The variables of a form for a generated prompt: those that the answer describes well, else required texts. */
export function variablesFor(texts: { system: string; body: string }, described: Variable[]): Variable[] {
  const names = placeholderNames(texts)
  return effectiveVariables(
    normalizeVariables(described, names).filter((variable) => names.includes(variable.name)),
    names,
  )
}

function variablesOf(text: string, problems: string[]): Variable[] {
  let listed: unknown
  try {
    listed = JSON.parse(withoutFence(text.trim()))
  } catch {
    listed = undefined
  }
  if (!Array.isArray(listed)) {
    problems.push('The answer does not describe its variables well; they are taken as texts.')
    return []
  }
  const seen = new Set<string>()
  return listed.flatMap((one: unknown) => {
    const parsed = variableSchema.safeParse(one)
    if (!parsed.success || checkVariables([parsed.data]).length > 0 || seen.has(parsed.data.name)) return []
    seen.add(parsed.data.name)
    return [parsed.data]
  })
}

function withoutFence(text: string): string {
  return /^```\w*\n([\s\S]*?)\n?```$/.exec(text)?.[1] ?? text
}
