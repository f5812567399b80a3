import { createSubgraphBuilder } from '@quillworks/service-kit/subgraph-builder'
import type { ExecutionsContext } from './context.ts'

export const builder = createSubgraphBuilder<ExecutionsContext>()
builder.queryType({})
builder.mutationType({})

export const readScope = { scope: 'executions:read' }
export const writeScope = { scope: 'executions:write' }
