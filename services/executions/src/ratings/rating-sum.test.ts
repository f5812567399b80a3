import { expect, test } from 'bun:test'
import { changesOfSums, type CountedRating } from './rating-sum.ts'

const rating: CountedRating = {
  organizationId: 'o',
  ownerId: 'u',
  visibility: 'organization',
  rating: 'up',
  model: 'demo/writer',
  sourceType: 'prompt',
  sourceId: 'p',
  sourceVersion: 3,
}
const counted = (before: Partial<CountedRating> | undefined, after: Partial<CountedRating>) =>
  changesOfSums({ before: before && { ...rating, ...before }, after: { ...rating, ...after } }).map(
    ({ model, ownerId, up, down }) => [model, ownerId, up, down],
  )

test('a rating is counted once, in place of the older one', () => {
  expect(counted(undefined, {})).toEqual([['demo/writer', 'o', 1, 0]])
  expect(counted({}, { rating: 'down' })).toEqual([['demo/writer', 'o', -1, 1]])
  expect(counted({}, {})).toEqual([])
  expect(counted({ rating: 'down' }, { rating: null })).toEqual([['demo/writer', 'o', 0, -1]])
  expect(counted({ rating: null }, {})).toEqual([['demo/writer', 'o', 1, 0]])
})

test('another model is another sum, and sums change in one order', () => {
  const there = counted({ model: 'b' }, { model: 'a' })
  expect(there).toEqual([
    ['a', 'o', 1, 0],
    ['b', 'o', -1, 0],
  ])
  expect(counted({ model: 'a' }, { model: 'b' }).map(([model]) => model)).toEqual(['a', 'b'])
})

test('what is private is counted for its owner, and what has no version nowhere', () => {
  expect(counted(undefined, { visibility: 'private', model: null })).toEqual([['', 'u', 1, 0]])
  expect(counted(undefined, { sourceVersion: null })).toEqual([])
  expect(counted(undefined, { sourceId: null, sourceType: null })).toEqual([])
})
