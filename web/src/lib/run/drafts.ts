import type { Form } from './values.ts'

/** What one has written on a run page and not sent. */
export interface Draft {
  form: Form
  message: string
  model: string
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Where the drafts of a tab lie: one for each page and person. */
interface Place {
  storage: Storage
  path: string
  userId: string
}

const prefix = 'quillworks-draft:'
const nameOf = ({ path, userId }: Place) => `${prefix}${userId}:${path}`

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false
  const { form, message, model } = value as Partial<Draft>
  return typeof form === 'object' && typeof message === 'string' && typeof model === 'string'
}

/** Keeps a draft for as long as the tab lives; without one, whatever was kept goes. */
export function keepDraft(place: Place, draft: Draft | undefined): void {
  try {
    if (draft) place.storage.setItem(nameOf(place), JSON.stringify(draft))
    else place.storage.removeItem(nameOf(place))
  } catch {
    // A browser may forbid or fill the storage: the draft then lives as long as its page.
  }
}

/** The draft kept, told once; undefined where there is none that can be read. */
export function takeDraft(place: Place): Draft | undefined {
  try {
    const value: unknown = JSON.parse(place.storage.getItem(nameOf(place)) ?? 'null')
    place.storage.removeItem(nameOf(place))
    return isDraft(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Forgets every draft of the tab, as when one signs out by choice. */
export function forgetDrafts(storage: globalThis.Storage): void {
  const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
  for (const name of names) if (name.startsWith(prefix)) storage.removeItem(name)
}
