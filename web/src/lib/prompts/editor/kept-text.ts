import type { PromptContent } from './prompt-content.ts'

/** Unsaved text of one prompt, kept by the browser so that a crash or a reload loses none of it. */
export interface KeptText {
  content: PromptContent
  /** The version it was written on; 0 before the first. */
  base: number
  /** When it was kept, as RFC 3339. */
  at: string
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

interface Place {
  storage: Storage
  userId: string
  /** `new` before the first save. */
  promptId: string
}

const nameOf = ({ userId, promptId }: Place) => `quillworks-text:${userId}:${promptId}`

function isKept(value: unknown): value is KeptText {
  if (typeof value !== 'object' || value === null) return false
  const { content, base, at } = value as Partial<KeptText>
  return typeof content?.body === 'string' && typeof base === 'number' && typeof at === 'string'
}

/** Keeps unsaved text; without one, what was kept goes. */
export function keepText(place: Place, kept: KeptText | undefined): void {
  try {
    if (kept) place.storage.setItem(nameOf(place), JSON.stringify(kept))
    else place.storage.removeItem(nameOf(place))
  } catch {
    // A browser may forbid or fill the storage: the text then lives as long as its page.
  }
}

/** The text kept; undefined where there is none that can be read. */
export function keptText(place: Place): KeptText | undefined {
  try {
    const value: unknown = JSON.parse(place.storage.getItem(nameOf(place)) ?? 'null')
    return isKept(value) ? value : undefined
  } catch {
    return undefined
  }
}
