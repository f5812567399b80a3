import { expect, test } from 'bun:test'
import { nameWithoutSource } from './execution-name.ts'

const source = { type: 'prompt', id: 'p', name: 'Letter', version: 1 }

test.each([
  ['Letter · Dear Ada', 'Dear Ada'],
  ['Letter', 'Letter'],
  ['Letter · ', 'Letter · '],
  ['Letters of Ada', 'Letters of Ada'],
])('a row calls %p %p', (name, shown) => expect(nameWithoutSource({ name, source })).toBe(shown))

test('without a source a name stays whole', () => {
  expect(nameWithoutSource({ name: 'null · x', source: null })).toBe('null · x')
})
