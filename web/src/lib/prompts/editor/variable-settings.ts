import type { PromptVariable } from '../prompt.documents.ts'

/** A default as one writes it. */
export function defaultText({ default: value }: PromptVariable): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What was written as a default's value; what a type cannot read stays text, for the server to refuse with words. */
export function defaultFrom(type: PromptVariable['type'], text: string): unknown {
  if (text.trim() === '') return null
  if (type === 'number') return Number.isFinite(Number(text)) ? Number(text) : text
  if (type !== 'json') return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** One choice a line, each once, without empty ones. */
export function choicesFrom(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean)
}
