import { createSubgraphBuilder } from '@quillworks/service-kit/subgraph-builder'
import type { IdentityContext } from './context.ts'

export const builder = createSubgraphBuilder<IdentityContext>()

builder.queryType({})
builder.mutationType({})
