import { expect, test } from 'bun:test'
import { keepRun, keptRun } from './kept-run.ts'

test('an optimizer is found again by its prompt and person, until it is forgotten', () => {
  const map = new Map<string, string>()
  const storage = {
    getItem: (name: string) => map.get(name) ?? null,
    setItem: (name: string, value: string) => void map.set(name, value),
    removeItem: (name: string) => void map.delete(name),
  }
  const place = { storage, userId: 'u', promptId: 'p' }
  keepRun(place, 'e')
  expect(keptRun(place)).toBe('e')
  expect([keptRun({ ...place, promptId: 'q' }), keptRun({ ...place, userId: 'v' })]).toEqual([
    undefined,
    undefined,
  ])
  keepRun(place, undefined)
  expect(keptRun(place)).toBeUndefined()
})

test('a browser that forbids the storage has nothing to resume', () => {
  const forbid = () => {
    throw new Error('forbidden')
  }
  const place = {
    storage: { getItem: forbid, setItem: forbid, removeItem: forbid },
    userId: 'u',
    promptId: 'p',
  }
  keepRun(place, 'e')
  expect(keptRun(place)).toBeUndefined()
})
