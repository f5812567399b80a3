import type { SavedView } from './execution-rows.documents.ts'
import { queryOfView } from './filters.ts'

/** A way to look at the list: a name for what its address says. */
export interface View {
  name: string
  query: string
  /** Of one that a person has kept. */
  id?: string
}
export type KeptView = View & { id: string }

/** What everybody finds, before what one has kept. */
export const usualViews: View[] = [
  { name: 'All', query: '' },
  { name: 'Running', query: 'status=queued&status=running' },
  { name: 'Failed', query: 'status=failed&status=timed_out' },
  { name: 'Waiting for me', query: 'waiting=me' },
].map(({ name, query }) => ({ name, query: queryOfView(query) }))

/** One that a person has kept, as it is written now. */
export const viewOf = ({ id, name, query }: SavedView): KeptView => ({ id, name, query: queryOfView(query) })

/** Those that one has kept, with one more or in place of the older one, by name. */
export function withView(kept: readonly KeptView[], view: KeptView): KeptView[] {
  const others = kept.filter(({ id }) => id !== view.id)
  return [...others, view].sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

/** The view that the list shows now; of two that show the same, the one that a person has named. */
export function viewAt(views: readonly View[], query: string): View | undefined {
  return views.findLast((view) => view.query === query)
}
