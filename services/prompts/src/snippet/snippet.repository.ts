import type { Transaction } from '@quillworks/database/connect'
import { and, desc, eq, getTableColumns, inArray, sql, type SQL } from 'drizzle-orm'
import { anyOf } from '../any-of.ts'
import type { Snippet } from './snippet.ts'
import { snippets, type SnippetRow } from './snippet.table.ts'
import { snippetVersions, type SnippetVersionRow } from './snippet-version.table.ts'

const { search: _search, ...snippetColumns } = getTableColumns(snippets)
export { snippetColumns }

interface SnippetKey {
  organizationId: string
  id: string
}

function isSnippet({ organizationId, id }: SnippetKey): SQL | undefined {
  return and(eq(snippets.organizationId, organizationId), eq(snippets.id, id))
}

const isNewest = and(
  eq(snippetVersions.organizationId, snippets.organizationId),
  eq(snippetVersions.id, snippets.versionId),
)

/** The snippet with its newest text, or undefined; its row is held until the transaction ends. */
export async function lockSnippet(tx: Transaction, key: SnippetKey): Promise<Snippet | undefined> {
  const [row] = await tx.select(snippetColumns).from(snippets).where(isSnippet(key)).for('update')
  if (!row) return undefined
  const texts = await textsOfVersions(tx, { organizationId: key.organizationId, ids: [row.versionId] })
  const text = texts.get(row.versionId)
  if (text === undefined) throw new Error(`snippet ${row.id} points at a version that is not there`)
  return { ...row, text }
}

/** Rows by id, in any order. */
export function findSnippetRows(
  tx: Transaction,
  { organizationId, ids }: { organizationId: string; ids: readonly string[] },
): Promise<SnippetRow[]> {
  return tx
    .select(snippetColumns)
    .from(snippets)
    .where(and(eq(snippets.organizationId, organizationId), inArray(snippets.id, [...ids])))
}

/** Texts by version id. */
export async function textsOfVersions(
  tx: Transaction,
  { organizationId, ids }: { organizationId: string; ids: readonly string[] },
): Promise<Map<string, string>> {
  const rows = await tx
    .select({ id: snippetVersions.id, text: snippetVersions.text })
    .from(snippetVersions)
    .where(and(eq(snippetVersions.organizationId, organizationId), inArray(snippetVersions.id, [...ids])))
  return new Map(rows.map((row) => [row.id, row.text]))
}

/**
 * The query of what names mean for a user: their own snippet of a name, else the one that the organization shares, each
 * with its newest text. `keys` are as `snippetKey` makes them. Tests explain it.
 */
export function snippetsByName(
  tx: Pick<Transaction, 'selectDistinctOn'>,
  { organizationId, userId, keys }: { organizationId: string; userId: string; keys: readonly string[] },
) {
  return tx
    .selectDistinctOn([snippets.nameKey], { ...snippetColumns, text: snippetVersions.text })
    .from(snippets)
    .innerJoin(snippetVersions, isNewest)
    .where(and(eq(snippets.organizationId, organizationId), anyOf(snippets.nameKey, keys)))
    .orderBy(snippets.nameKey, desc(sql`${snippets.ownerId} = ${userId}::uuid`))
}

/** The caller's own and the shared snippet of a name, with the name's writers made to wait for each other. */
export async function lockName(
  tx: Transaction,
  { organizationId, nameKey }: { organizationId: string; nameKey: string },
): Promise<Pick<SnippetRow, 'id' | 'ownerId' | 'visibility'>[]> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`snippet ${organizationId} ${nameKey}`}, 0))`,
  )
  return tx
    .select({ id: snippets.id, ownerId: snippets.ownerId, visibility: snippets.visibility })
    .from(snippets)
    .where(and(eq(snippets.organizationId, organizationId), eq(snippets.nameKey, nameKey)))
}

/** Writes a new snippet's row; its version follows. */
export async function insertSnippet(tx: Transaction, { text, ...row }: Snippet): Promise<void> {
  await tx.insert(snippets).values({ ...row, search: searchOf(row.name, text) })
}

/** Writes what changed of a snippet's row. */
export async function saveSnippetRow(tx: Transaction, snippet: Snippet): Promise<void> {
  const { name, nameKey, versionNumber, versionId, visibility, updatedAt, text } = snippet
  const saved = await tx
    .update(snippets)
    .set({ name, nameKey, versionNumber, versionId, visibility, updatedAt, search: searchOf(name, text) })
    .where(isSnippet(snippet))
    .returning({ id: snippets.id })
  if (saved.length !== 1) throw new Error(`snippet ${snippet.id} was not saved`)
}

/** Writes the version that `snippet` points at. */
export async function insertSnippetVersion(
  tx: Transaction,
  { snippet, ...facts }: { snippet: Snippet; createdBy: string; comment: string | null },
): Promise<void> {
  const { organizationId, projectId, ownerId, visibility, name, text } = snippet
  await tx.insert(snippetVersions).values({
    ...facts,
    organizationId,
    projectId,
    ownerId,
    visibility,
    name,
    text,
    id: snippet.versionId,
    snippetId: snippet.id,
    number: snippet.versionNumber,
    createdAt: snippet.updatedAt,
  })
}

/** Lets the versions of a snippet be seen by whoever may see the snippet. */
export async function shareSnippetVersions(tx: Transaction, snippet: Snippet): Promise<void> {
  const { organizationId, id, visibility } = snippet
  await tx
    .update(snippetVersions)
    .set({ visibility })
    .where(and(eq(snippetVersions.organizationId, organizationId), eq(snippetVersions.snippetId, id)))
}

/** One version of a snippet by its number. */
export async function findSnippetVersion(
  tx: Transaction,
  key: { organizationId: string; snippetId: string; number: number },
): Promise<SnippetVersionRow | undefined> {
  const { organizationId, snippetId, number } = snippetVersions
  const [row] = await tx
    .select()
    .from(snippetVersions)
    .where(and(eq(organizationId, key.organizationId), eq(snippetId, key.snippetId), eq(number, key.number)))
  return row
}

/** Removes a snippet; its versions go with it. */
export async function removeSnippet(tx: Transaction, key: SnippetKey): Promise<void> {
  await tx.delete(snippets).where(isSnippet(key))
}

function searchOf(name: string, text: string) {
  return sql<string>`setweight(to_tsvector('simple', ${name}), 'A') || setweight(to_tsvector('simple', ${text}), 'B')`
}
