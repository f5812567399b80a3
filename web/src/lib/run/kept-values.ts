import type { KeptValue, PromptVariable } from '../prompts/prompt.documents.ts'
import { originWords } from '../prompts/value-origin.ts'

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
