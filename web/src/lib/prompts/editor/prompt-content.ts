import { effectiveVariables, placeholderNames } from '@quillworks/prompts/contract/template-text'
import type { PromptVariable } from '../prompt.documents.ts'
import type { PromptInput, SavedPrompt } from './editor.documents.ts'

/** What one can change of a prompt. */
export interface PromptContent {
  title: string
  system: string
  body: string
  model: string | null
  settings: { temperature: number | null; topP: number | null; maxOutputTokens: number | null }
  /** What was said about variables; one of a placeholder that was taken away is kept while one types. */
  variables: PromptVariable[]
  tags: string[]
  visibility: 'private' | 'organization'
}

export const emptyContent: PromptContent = {
  title: '',
  system: '',
  body: '',
  model: null,
  settings: { temperature: null, topP: null, maxOutputTokens: null },
  variables: [],
  tags: [],
  visibility: 'private',
}

/** The part of a saved prompt that one can change. */
export function contentOf(prompt: SavedPrompt): PromptContent {
  const { title, system, body, model, settings, variables, tags, visibility } = prompt
  return structuredClone({ title, system, body, model, settings, variables, tags, visibility })
}

/** A variable that says nothing beyond its placeholder. */
function isPlain({ type, required, default: fallback, description }: PromptVariable): boolean {
  return type === 'text' && required && (fallback ?? null) === null && !description
}

/**
 * The variables of the form: the declared ones that a placeholder uses or that say something, then an implied one for
 * each other placeholder.
 */
export function variablesOf(content: Pick<PromptContent, 'system' | 'body' | 'variables'>): PromptVariable[] {
  const names = placeholderNames(content)
  const used = new Set(names)
  const kept = content.variables.filter((variable) => used.has(variable.name) || !isPlain(variable))
  return effectiveVariables(kept as Parameters<typeof effectiveVariables>[0], names)
}

/** What is sent to be saved. */
export function inputOf(content: PromptContent): PromptInput {
  const { title, system, body, model, settings, tags, visibility } = content
  const variables = variablesOf(content).map((variable) => ({
    ...variable,
    choices: variable.type === 'choice' ? variable.choices : [],
  }))
  return { title: title.trim(), system, body, model, settings, tags, visibility, variables }
}

/** True where saving would change nothing. */
export function isSame(a: PromptContent, b: PromptContent): boolean {
  return JSON.stringify(inputOf(a)) === JSON.stringify(inputOf(b))
}
