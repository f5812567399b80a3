type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Where the optimizer of one prompt is remembered for as long as a tab lives. */
export interface Place {
  storage: Storage
  userId: string
  /** `new` before the first save. */
  promptId: string
}

// Begins as drafts do, which are forgotten when one signs out.
const nameOf = ({ userId, promptId }: Place) => `quillworks-draft:${userId}:optimizer:${promptId}`

/** Remembers the execution that was started last; without one, what was remembered goes. */
export function keepRun(place: Place, executionId: string | undefined): void {
  try {
    if (executionId === undefined) place.storage.removeItem(nameOf(place))
    else place.storage.setItem(nameOf(place), executionId)
  } catch {
    // A browser may forbid the storage: a reload then begins anew.
  }
}

/** The execution remembered, if there is one. */
export function keptRun(place: Place): string | undefined {
  try {
    return place.storage.getItem(nameOf(place)) ?? undefined
  } catch {
    return undefined
  }
}
