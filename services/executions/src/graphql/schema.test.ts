import { expect, test } from 'bun:test'
import { printSubgraph } from '@quillworks/service-kit/subgraph'
import { executionsSchema } from './schema.ts'

test('schema.graphql is what the code says; `bun run schema` in services/executions prints it anew', async () => {
  const committed = await Bun.file(new URL('../../schema.graphql', import.meta.url)).text()
  expect(committed).toBe(printSubgraph(executionsSchema))
})
