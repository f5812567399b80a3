import { expect, test } from 'bun:test'
import { matching } from './search-options.ts'

const options = [
  { value: '1', label: 'Letter to readers', detail: 'v4' },
  { value: '2', label: 'Brief', detail: 'for letters' },
  { value: '3', label: 'Score' },
]

test.each([
  ['', ['1', '2', '3']],
  ['LETTER', ['1', '2']],
  ['readers letter', ['1']],
  ['v4', ['1']],
  ['nothing', []],
])('%p finds %p', (query, found) => expect(matching(options, query).map(({ value }) => value)).toEqual(found))

test('those that begin with it come first', () =>
  expect(matching(options.toReversed(), 'letter').map(({ value }) => value)).toEqual(['1', '2']))
