import type { Transaction } from '@quillworks/database/connect'
import { and, eq, getTableColumns, inArray, sql, type SQL } from 'drizzle-orm'
import type { Prompt, PromptContent } from './prompt.ts'
import { promptTags } from './prompt-tag.table.ts'
import { promptVersions } from './prompt-version.table.ts'
import { prompts, type PromptRow } from './prompt.table.ts'

const { search: _search, titleKey: _titleKey, ...promptColumns } = getTableColumns(prompts)
export { promptColumns }

/** The key of one row. Row level security would do without the organization; the primary key begins with it. */
export interface PromptKey {
  organizationId: string
  id: string
}

function isPrompt({ organizationId, id }: PromptKey): SQL | undefined {
  return and(eq(prompts.organizationId, organizationId), eq(prompts.id, id))
}

/** The prompt with its newest content, or undefined; `lock` holds its row until the transaction ends. */
export async function findPrompt(
  tx: Transaction,
  key: PromptKey,
  options: { lock?: boolean } = {},
): Promise<Prompt | undefined> {
  const query = tx.select(promptColumns).from(prompts).where(isPrompt(key))
  const [row] = await (options.lock ? query.for('update') : query)
  if (!row) return undefined
  const contents = await contentsOfVersions(tx, { organizationId: key.organizationId, ids: [row.versionId] })
  const content = contents.get(row.versionId)
  if (!content) throw new Error(`prompt ${row.id} points at version ${row.versionId}, which is not there`)
  const tags = await tagsOfPrompts(tx, { organizationId: key.organizationId, ids: [row.id] })
  return { ...row, content, tags: tags.get(row.id) ?? [] }
}

/** Rows by id, in any order. */
export function findPromptRows(
  tx: Transaction,
  { organizationId, ids }: { organizationId: string; ids: readonly string[] },
): Promise<PromptRow[]> {
  return tx
    .select(promptColumns)
    .from(prompts)
    .where(and(eq(prompts.organizationId, organizationId), inArray(prompts.id, [...ids])))
}

/** What versions hold, by version id. */
export async function contentsOfVersions(
  tx: Transaction,
  { organizationId, ids }: { organizationId: string; ids: readonly string[] },
): Promise<Map<string, PromptContent>> {
  const rows = await tx
    .select({
      id: promptVersions.id,
      title: promptVersions.title,
      system: promptVersions.system,
      body: promptVersions.body,
      model: promptVersions.model,
      settings: promptVersions.settings,
      variables: promptVersions.variables,
    })
    .from(promptVersions)
    .where(and(eq(promptVersions.organizationId, organizationId), inArray(promptVersions.id, [...ids])))
  return new Map(rows.map(({ id, ...content }) => [id, content]))
}

/** Tags by prompt id, each list sorted. */
export async function tagsOfPrompts(
  tx: Transaction,
  { organizationId, ids }: { organizationId: string; ids: readonly string[] },
): Promise<Map<string, string[]>> {
  const rows = await tx
    .select({ promptId: promptTags.promptId, tag: promptTags.tag })
    .from(promptTags)
    .where(and(eq(promptTags.organizationId, organizationId), inArray(promptTags.promptId, [...ids])))
    .orderBy(promptTags.tag)
  const tags = new Map<string, string[]>()
  for (const { promptId, tag } of rows) tags.set(promptId, [...(tags.get(promptId) ?? []), tag])
  return tags
}

/** Writes a new prompt's row; its version and tags follow. */
export async function insertPrompt(tx: Transaction, prompt: Prompt): Promise<void> {
  const { content, tags: _tags, ...row } = prompt
  await tx.insert(prompts).values({ ...row, ...searchColumns(content) })
}

/** Writes what changed of a prompt's row, newest content included. */
export async function savePromptRow(tx: Transaction, prompt: Prompt): Promise<void> {
  const { title, model, versionNumber, versionId, visibility, archivedAt, updatedAt, content } = prompt
  const changed = { title, model, versionNumber, versionId, visibility, archivedAt, updatedAt }
  const saved = await tx
    .update(prompts)
    .set({ ...changed, ...searchColumns(content) })
    .where(isPrompt(prompt))
    .returning({ id: prompts.id })
  if (saved.length !== 1) throw new Error(`prompt ${prompt.id} was not saved`)
}

/** Makes a prompt's tags those given. */
export async function replaceTags(tx: Transaction, prompt: Prompt): Promise<void> {
  const { organizationId, projectId, ownerId, visibility } = prompt
  await tx
    .delete(promptTags)
    .where(and(eq(promptTags.organizationId, organizationId), eq(promptTags.promptId, prompt.id)))
  if (prompt.tags.length === 0) return
  await tx.insert(promptTags).values(
    prompt.tags.map((tag) => ({
      organizationId,
      projectId,
      ownerId,
      visibility,
      promptId: prompt.id,
      tag,
    })),
  )
}

/** Removes a prompt; its versions and tags go with it. */
export async function removePrompt(tx: Transaction, key: PromptKey): Promise<void> {
  await tx.delete(prompts).where(isPrompt(key))
}

/** Longest part of each text that is searched: more could not be indexed. In characters. */
const searchedCharacters = 50_000

function searchColumns(content: PromptContent) {
  const part = (text: string) => text.slice(0, searchedCharacters).toWellFormed()
  return {
    titleKey: content.title.toLowerCase(),
    search: sql<string>`setweight(to_tsvector('simple', ${content.title}), 'A')
      || setweight(to_tsvector('simple', ${part(content.body)}), 'B')
      || setweight(to_tsvector('simple', ${part(content.system)}), 'C')`,
  }
}
