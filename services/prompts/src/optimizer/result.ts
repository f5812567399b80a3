import type { Variable } from '../template/variables.ts'
import { parseAnswer, titleOf, variablesFor, type ParsedAnswer } from './answer.ts'
import { lostReferences } from './references.ts'

export const optimizationKinds = ['optimization', 'generation', 'title'] as const
export type OptimizationKind = (typeof optimizationKinds)[number]
export const optimizationParts = ['whole', 'system'] as const
export type OptimizationPart = (typeof optimizationParts)[number]

/** What was asked: the texts as they were then. */
export interface Given {
  kind: OptimizationKind
  part: OptimizationPart
  title: string
  system: string
  body: string
  variables: Variable[]
}

/** What came of it, as it can be accepted. */
export interface OptimizationResult {
  title: string
  system: string
  body: string
  variables: Variable[]
  /** Placeholders and snippets of the given texts that the result no longer has. */
  lost: string[]
  /** Those that only the result has. */
  added: string[]
  /** True where the first answer had lost some and another one was asked for. */
  corrected: boolean
  problems: string[]
}

/** What the answer of an optimization has lost; nothing for what has nothing to keep. */
export function lostIn(given: Given, answer: string): string[] {
  if (given.kind !== 'optimization') return []
  return lostReferences(worked(given, given), worked(given, textsOf(given, parsed(given, answer))))
}

/** Judges the answers in their order; the one that lost least counts, of equals the last. Empty answers do not. */
export function judge(given: Given, answers: readonly string[]): OptimizationResult {
  const said = answers.filter((answer) => answer.trim() !== '')
  const results = said.map((answer) => resultOf(given, answer))
  const [best] = results.toReversed().toSorted((a, b) => a.lost.length - b.lost.length)
  return { ...(best ?? resultOf(given, '')), corrected: said.length > 1 }
}

function resultOf(given: Given, answer: string): OptimizationResult {
  const { variables: declared } = given
  if (given.kind === 'title') {
    const { system, body } = given
    const kept = { system, body, variables: declared, lost: [], added: [], corrected: false }
    const title = titleOf(answer)
    return { ...kept, title: title || given.title, problems: title ? [] : ['The answer has no title.'] }
  }
  const said = parsed(given, answer)
  const texts = textsOf(given, said)
  const optimized = given.kind === 'optimization'
  return {
    title: said.title ?? given.title,
    ...texts,
    variables: optimized ? declared : variablesFor(texts, said.variables ?? []),
    lost: optimized ? lostReferences(worked(given, given), worked(given, texts)) : [],
    added: optimized ? lostReferences(worked(given, texts), worked(given, given)) : [],
    corrected: false,
    problems: said.problems,
  }
}

function parsed({ kind, part }: Given, answer: string): ParsedAnswer {
  if (kind === 'generation') return parseAnswer(answer, ['title', 'system', 'body', 'variables'])
  return parseAnswer(answer, part === 'system' ? ['system'] : ['system', 'body'])
}

/** The texts that were worked on: a placeholder that the body still has may be lost from the system text alone. */
function worked({ part }: Given, texts: { system: string; body: string }) {
  return part === 'system' ? { system: texts.system, body: '' } : texts
}

/** A part that the answer does not mention stays as it was. */
function textsOf(given: Given, said: ParsedAnswer): { system: string; body: string } {
  return { system: said.system ?? given.system, body: said.body ?? given.body }
}
