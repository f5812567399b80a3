import { expect, test } from 'bun:test'
import { createSubgraph, printSubgraph } from '@quillworks/service-kit/subgraph'
import { schema } from './schema.ts'

test('the committed schema is the printed one (bun run schema writes it)', async () => {
  const committed = await Bun.file(new URL('../../schema.graphql', import.meta.url)).text()
  expect(committed).toBe(printSubgraph(schema))
})

test('every root field says which scope it needs', () => {
  expect(() => createSubgraph({ schema })).not.toThrow()
})
