import { notFound } from '@quillworks/service-kit/errors'
import type { Identity } from '@quillworks/service-kit/identity'
import { isId, newId } from '@quillworks/service-kit/ids'
import type { ExecutionsContext } from '../graphql/context.ts'
import { nameTaken, readOnly, tooManyViews } from './saved-view.errors.ts'
import { findViews, lockViews, putView, removeView } from './saved-view.repository.ts'
import type { SavedViewRow } from './saved-view.table.ts'
import { checkPage, checkView, mostViews, type GivenView } from './saved-view.ts'

/** The caller's views of a list, by name. */
export function listViews(
  { read, identity }: Pick<ExecutionsContext, 'read' | 'identity'>,
  page: string,
): Promise<SavedViewRow[]> {
  checkPage(page)
  const { organizationId, userId } = identity
  return read((tx) => findViews(tx, { organizationId, userId, page }))
}

/** Whoever may look keeps their own views of it, by hand; a key that may only read changes nothing. */
function requireKeeper({ principal, scopes }: Identity): void {
  const may = principal.startsWith('user:') || scopes.some((one) => one === '*' || one === 'executions:write')
  if (!may) throw readOnly()
}

/** Keeps a view under a name: a new one, or over the one of `id`. The same new one again is the one that is kept. */
export function saveView(
  { write, identity }: Pick<ExecutionsContext, 'write' | 'identity'>,
  { id, ...given }: GivenView & { id?: string | null | undefined },
): Promise<SavedViewRow> {
  requireKeeper(identity)
  checkPage(given.page)
  const view = checkView(given)
  const { organizationId, userId } = identity
  return write(async (tx) => {
    const kept = await lockViews(tx, { organizationId, userId, page: view.page })
    const current = kept.find((one) => one.id === id)
    if (id != null && !current) throw notFound('view')
    const namesake = kept.find((one) => one.name.toLowerCase() === view.name.toLowerCase())
    if (namesake && namesake !== current) {
      if (!current && namesake.query === view.query) return namesake
      throw nameTaken(view.name)
    }
    if (!current && kept.length >= mostViews) throw tooManyViews()
    const now = new Date()
    const row = {
      ...(current ?? { id: newId(), createdAt: now }),
      ...view,
      organizationId,
      ownerId: userId,
      updatedAt: now,
    }
    await putView(tx, row)
    return row
  })
}

/** Keeps a view no longer; answers it as it was. */
export async function deleteView(
  { write, identity }: Pick<ExecutionsContext, 'write' | 'identity'>,
  id: string,
): Promise<SavedViewRow> {
  requireKeeper(identity)
  const { organizationId, userId } = identity
  const row = isId(id) ? await write((tx) => removeView(tx, { organizationId, userId, id })) : undefined
  if (!row) throw notFound('view')
  return row
}
