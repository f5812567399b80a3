import { snippetKey } from '../template/grammar.ts'
import { findPlaceholders, findSnippets } from '../template/placeholders.ts'

interface Texts {
  system: string
  body: string
}

/** The placeholders and snippets of both texts, each once as it was first written: `{{topic}}`, `@company-info`. */
export function referencesOf(texts: Texts): string[] {
  return [...keyed(texts).values()]
}

/** What stands in `given` and not in `result`; where it stands does not matter. */
export function lostReferences(given: Texts, result: Texts): string[] {
  const kept = keyed(result)
  return [...keyed(given)].flatMap(([key, written]) => (kept.has(key) ? [] : [written]))
}

function keyed(texts: Texts): Map<string, string> {
  const references = new Map<string, string>()
  for (const { name } of findPlaceholders(texts)) references.set(`{{${name}}}`, `{{${name}}}`)
  for (const { name } of findSnippets(texts)) {
    const key = `@${snippetKey(name)}`
    if (!references.has(key)) references.set(key, `@${name}`)
  }
  return references
}
