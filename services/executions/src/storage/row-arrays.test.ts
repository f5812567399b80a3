import { expect, test } from 'bun:test'
import { plainArray, rowArrays, textArray } from './row-arrays.ts'

test('texts are quoted, so that NULL, braces, commas, quotes and backslashes are only text', () => {
  expect(textArray(['a', 'NULL', '{b,c}', 'say "x"', 'back\\slash', '', null, '\0\ud800'])).toBe(
    '{"a","NULL","{b,c}","say \\"x\\"","back\\\\slash","",NULL,"\ufffd\ufffd"}',
  )
})

test('numbers, booleans and ids stand as they are', () => {
  expect(plainArray([1, -2.5, true, null, '01990000-0000-7000-8000-00000000000a'])).toBe(
    '{1,-2.5,true,NULL,01990000-0000-7000-8000-00000000000a}',
  )
})

test('rows become one parameter per column, in the order in which the table names them', () => {
  const arrays = rowArrays({ id: 'integer', name: 'text', at: 'instant', body: 'json' })
  expect(arrays.count).toBe(4)
  expect(arrays.table('r', 3)).toBe(
    '(select u.id, u.name, to_timestamp(u.at / 1000) as at, u.body from unnest($3::text::integer[], $4::text::text[], ' +
      "$5::text::float8[], string_to_array($6::text, E'\\x1e')) as u (id, name, at, body)) as r",
  )
  expect(
    arrays.values([
      { id: 1, name: 'a', at: 1_700_000_000_123, body: '{"a":"\\u001e"}' },
      { id: 2, name: null, at: null, body: '[]' },
    ]),
  ).toEqual(['{1,2}', '{"a",NULL}', '{1700000000123,NULL}', '{"a":"\\u001e"}\u001e[]'])
})
