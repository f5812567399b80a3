import { expect, test } from 'bun:test'
import { Places } from './places.ts'

test('an organization takes as many places as it may, and leaves the others to the rest', () => {
  const places = new Places({ capacity: 3, perOrganization: 2 })
  for (const id of ['a1', 'a2', 'a1']) places.take(id, 'a')
  expect([places.isFreeFor('a'), places.isFreeFor('b'), places.free]).toEqual([false, true, 1])
  places.take('b1', 'b')
  expect([places.isFreeFor('b'), places.free]).toEqual([false, 0])
})

test('leaving a place says whether somebody may have waited for it', () => {
  const places = new Places({ capacity: 4, perOrganization: 2 })
  for (const id of ['a1', 'a2']) places.take(id, 'a')
  expect([places.leave('a1'), places.leave('a2'), places.leave('a2')]).toEqual([true, false, false])
  for (const id of ['a', 'b', 'c', 'd']) places.take(id, id)
  expect([places.leave('a'), places.leave('b'), places.free]).toEqual([true, false, 2])
})
