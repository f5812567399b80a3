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

test('rows become one array per column, in the order in which the table names them', () => {
  const arrays = rowArrays({ id: 'integer', name: 'text' })
  expect(arrays.count).toBe(2)
  expect(arrays.table('r', 3)).toBe('unnest($3::text::integer[], $4::text::text[]) as r (id, name)')
  expect(
    arrays.values([
      { id: 1, name: 'a' },
      { id: 2, name: null },
    ]),
  ).toEqual(['{1,2}', '{"a",NULL}'])
})
