import { describe, expect, test } from 'bun:test'
import { forgetDrafts, keepDraft, takeDraft } from './drafts.ts'

/** A tab's storage in memory. */
function newStorage(): Storage {
  const items = new Map<string, string>()
  return {
    get length() {
      return items.size
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
    clear: () => items.clear(),
  }
}

const draft = { form: { friend: 'Ada', merry: true }, message: 'Dear', model: '' }

describe('a draft', () => {
  const place = { storage: newStorage(), path: '/prompts/p/run', userId: 'ada' }

  test('comes back once, on its page and to its person', () => {
    keepDraft(place, draft)
    expect(takeDraft({ ...place, path: '/prompts/q/run' })).toBeUndefined()
    expect(takeDraft({ ...place, userId: 'bob' })).toBeUndefined()
    expect(takeDraft(place)).toEqual(draft)
    expect(takeDraft(place)).toBeUndefined()
  })

  test('goes when nothing is left to keep, and all go with who signs out', () => {
    keepDraft(place, draft)
    keepDraft(place, undefined)
    expect(takeDraft(place)).toBeUndefined()
    keepDraft(place, draft)
    keepDraft({ ...place, path: '/' }, draft)
    place.storage.setItem('other', 'stays')
    forgetDrafts(place.storage)
    expect(takeDraft(place)).toBeUndefined()
    expect(place.storage.length).toBe(1)
  })

  test('that cannot be read or kept is none, and no trouble', () => {
    keepDraft({ ...place, storage: Object.assign(newStorage(), { setItem: throwing }) }, draft)
    place.storage.setItem('quillworks-draft:ada:/prompts/p/run', '{"message":')
    expect(takeDraft(place)).toBeUndefined()
    place.storage.setItem('quillworks-draft:ada:/prompts/p/run', '{"message":1}')
    expect(takeDraft(place)).toBeUndefined()
  })
})

function throwing(): never {
  throw new DOMException('Full', 'QuotaExceededError')
}
