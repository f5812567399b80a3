import type { Transaction } from '@quillworks/database/connect'
import { snippetKey } from '../template/grammar.ts'
import { referenceLimit } from '../template/limits.ts'
import { snippetNames } from '../template/placeholders.ts'
import type { SnippetText } from '../template/render.ts'
import { snippetsByName } from './snippet.repository.ts'

/** The snippets that texts name, as they are now for this user, by `snippetKey`. */
export async function resolveSnippets(
  tx: Transaction,
  input: { organizationId: string; userId: string; texts: { system: string; body: string } },
): Promise<Map<string, SnippetText>> {
  const { organizationId, userId, texts } = input
  const keys = snippetNames(texts).slice(0, referenceLimit).map(snippetKey)
  if (keys.length === 0) return new Map()
  const rows = await snippetsByName(tx, { organizationId, userId, keys })
    .prepare('snippets_by_name')
    .execute()
  return new Map(
    rows.map(({ id, nameKey, name, versionNumber: version, text }) => [nameKey, { id, name, version, text }]),
  )
}
