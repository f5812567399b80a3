import { expect, test } from 'bun:test'
import { GraphQLScalarType, parseValue } from 'graphql'
import { createSubgraphBuilder, type SubgraphContext } from './subgraph-builder.ts'

const builder = createSubgraphBuilder<SubgraphContext>()
builder.queryType({ fields: (t) => ({ one: t.int({ resolve: () => 1 }) }) })
const json = builder.toSchema().getType('JSON')
if (!(json instanceof GraphQLScalarType)) throw new Error('no scalar JSON')

test('a number that JSON cannot hold is refused wherever it stands', () => {
  for (const text of ['1e999', '-1e999', '[0, 1e999]', '{ a: [{ b: 1e999 }] }'])
    expect(() => json.parseLiteral(parseValue(text))).toThrow('too large')
  for (const value of [Infinity, NaN, { a: [{ b: -Infinity }] }])
    expect(() => json.parseValue(value)).toThrow('too large')
})

test('everything else is taken as it is', () => {
  const value = { a: [null, true, 'x', 1e308, { b: {} }] }
  expect(json.parseValue(value)).toBe(value)
  expect(JSON.stringify(json.parseLiteral(parseValue('{ a: [null, true, "x", 1.5] }')))).toBe(
    '{"a":[null,true,"x",1.5]}',
  )
  expect(json.parseValue(null)).toBeNull()
})
