import { expect, test } from 'bun:test'
import { arrayLiteral, rowArrays } from './row-arrays.ts'

test('a literal quotes texts, so that NULL, braces, commas, quotes and backslashes are only text', () => {
  expect(arrayLiteral(['a', 'NULL', '{b,c}', 'say "x"', 'back\\slash', '', null, 1, true])).toBe(
    '{"a","NULL","{b,c}","say \\"x\\"","back\\\\slash","",NULL,1,true}',
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
