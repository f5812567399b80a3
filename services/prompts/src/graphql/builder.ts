import { createSubgraphBuilder, type SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import type { PromptsContext } from './context.ts'

export const builder = createSubgraphBuilder<SubgraphContext & PromptsContext>()

builder.queryType({})
builder.mutationType({})
