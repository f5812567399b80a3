import { snippetKey } from '@quillworks/prompts/contract/template-text'
import { originWords } from '../value-origin.ts'
import type { PromptPreview } from './editor.documents.ts'

/** How a placeholder stands: with a value of its own, with its default, or with none though it needs one. */
export type PlaceholderState = 'filled' | 'default' | 'missing' | 'empty'

export interface SnippetInfo {
  id: string
  name: string
  version: number
  text: string
}

/** What is known of the names in a template. */
export interface TemplateInfo {
  placeholders: ReadonlyMap<string, { state: PlaceholderState; words: string }>
  /** By key; null for a name that no snippet has. One that is not looked up yet is not there. */
  snippets: ReadonlyMap<string, SnippetInfo | null>
}

export const noInfo: TemplateInfo = { placeholders: new Map(), snippets: new Map() }

function inShort(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

/** What a preview says about the names in its texts. */
export function infoOf(preview: PromptPreview | undefined, names: readonly string[]): TemplateInfo {
  if (!preview) return noInfo
  const sources = new Map(preview.sources.map((source) => [source.name, source]))
  const missing = new Set(preview.missing)
  const standing = (name: string): { state: PlaceholderState; words: string } => {
    const source = sources.get(name)
    if (!source)
      return missing.has(name)
        ? { state: 'missing', words: 'needs a value' }
        : { state: 'empty', words: 'left empty' }
    const words = `${inShort(source.value)} — ${originWords(source.from)}`
    return { state: source.from === 'default' ? 'default' : 'filled', words }
  }
  const placeholders = new Map(names.map((name) => [name, standing(name)]))
  const found = new Map<string, SnippetInfo | null>(
    preview.snippetNames.map((name) => [snippetKey(name), null]),
  )
  for (const snippet of preview.snippets) found.set(snippetKey(snippet.name), snippet)
  return { placeholders, snippets: found }
}
