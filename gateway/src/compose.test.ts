import { readFileSync } from 'node:fs'
import { expect, test } from 'bun:test'
import { buildSchema, type GraphQLObjectType } from 'graphql'
import { compose, readSubgraphs } from './compose.ts'
import { supergraphFile } from './supergraph/supergraph-file.ts'

test('the committed supergraph is what the subgraphs compose to; else run: bun gateway/src/compose.ts', () => {
  expect(compose(readSubgraphs())).toBe(readFileSync(supergraphFile, 'utf8'))
})

test('subgraphs that contradict each other do not compose', () => {
  const subgraph = (name: string, type: string) => ({ name, sdl: `type Query { same: ${type} }` })
  expect(() => compose([subgraph('a', 'Int'), subgraph('b', 'String')])).toThrow('do not compose')
})

test('every identity and live field of the first cut is in it', () => {
  const schema = buildSchema(readFileSync(supergraphFile, 'utf8'), { assumeValidSDL: true })
  const names = (type: GraphQLObjectType | null | undefined) => Object.keys(type?.getFields() ?? {})
  expect(names(schema.getQueryType())).toEqual(
    expect.arrayContaining(['viewer', 'organization', 'projects', 'members', 'apiKeys']),
  )
  expect(names(schema.getSubscriptionType()).sort()).toEqual([
    'executionEvents',
    'executionStream',
    'executionUpdated',
    'executionsUpdated',
  ])
})
