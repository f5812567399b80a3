import { expect, test } from 'bun:test'
import { ofModel, ratingsByVersion, ratingWords } from './version-ratings.ts'

test('ratings are summed for each version, its models by how much they were rated', () => {
  const ratings = ratingsByVersion([
    { version: 1, model: 'demo/quick', up: 1, down: 0 },
    { version: 2, model: 'demo/quick', up: 0, down: 1 },
    { version: 2, model: 'demo/writer', up: 3, down: 2 },
    { version: 2, model: null, up: 1, down: 1 },
  ])
  expect([...ratings.keys()]).toEqual([1, 2])
  expect(ratings.get(2)).toEqual({
    up: 4,
    down: 4,
    models: [
      { model: 'demo/writer', up: 3, down: 2 },
      { model: null, up: 1, down: 1 },
      { model: 'demo/quick', up: 0, down: 1 },
    ],
  })
  expect(ofModel(ratings.get(2), 'demo/writer')).toMatchObject({ up: 3, down: 2 })
  expect([ofModel(ratings.get(2), null), ofModel(ratings.get(1), 'demo/writer')]).toEqual([
    undefined,
    undefined,
  ])
  expect(ratingWords({ up: 4, down: 0 })).toBe('4 good, 0 bad')
})
