import { describe, expect, test } from 'bun:test'
import { AppError } from '@quillworks/service-kit/errors'
import { getIntrospectionQuery, parse } from 'graphql'
import { checkDocument, documentLimits } from './limits.ts'

function refusal(source: string, variables: Record<string, unknown> = {}): string | undefined {
  try {
    checkDocument(parse(source), variables)
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`
    throw error
  }
  return undefined
}

function nested(levels: number): string {
  return `${'{ a '.repeat(levels)}${'}'.repeat(levels)}`
}

describe('limits before validation', () => {
  test('an ordinary document and the introspection query pass', () => {
    expect(
      refusal('{ executions(first: 20) { edges { node { id steps { key usage { costUsd } } } } } }'),
    ).toBeUndefined()
    expect(refusal(getIntrospectionQuery())).toBeUndefined()
  })
  test('depth at the limit passes, one more is refused', () => {
    expect(refusal(nested(documentLimits.depth))).toBeUndefined()
    expect(refusal(nested(documentLimits.depth + 1))).toContain('levels')
  })
  test('aliases are counted through fragments', () => {
    const aliases = Array.from({ length: documentLimits.aliases + 1 }, (_, index) => `a${index}: id`).join(
      ' ',
    )
    expect(refusal(`{ viewer { ...F } } fragment F on User { ${aliases} }`)).toContain('aliases')
  })
  test('directives are refused beyond the limit', () => {
    expect(refusal(`{ id ${'@skip(if: false) '.repeat(documentLimits.directives + 1)} }`)).toContain(
      'directives',
    )
  })
  test('root fields are refused beyond the limit', () => {
    expect(refusal(`{ ${'id '.repeat(documentLimits.rootFields + 1)} }`)).toContain('root fields')
  })
  test('pages inside pages multiply, given as numbers or as variables', () => {
    const wide = 'edges { node { steps(first: 500) { key name kind status } } }'
    expect(refusal(`{ executions(first: 500) { ${wide} } }`)).toContain('points of cost')
    expect(refusal(`query Q($n: Int) { executions(first: $n) { ${wide} } }`, { n: 500 })).toContain(
      'points of cost',
    )
    expect(refusal(`query Q($n: Int) { executions(first: $n) { ${wide} } }`, { n: 5 })).toBeUndefined()
  })
  test('fragments that double each other take linear time and are refused by cost', () => {
    const count = 40
    const fragments = Array.from(
      { length: count },
      (_, n) => `fragment F${n} on Q { ...F${n + 1} ...F${n + 1} }`,
    )
    const source = `{ ...F0 } ${fragments.join(' ')} fragment F${count} on Q { id }`
    expect(refusal(source)).toContain('points of cost')
  })
  test('a cycle of fragments ends', () => {
    expect(refusal('{ ...A } fragment A on Q { ...B } fragment B on Q { ...A }')).toBeUndefined()
  })
})
