import { createSubgraph } from '@quillworks/service-kit/subgraph'
import { isId } from '@quillworks/service-kit/ids'
import '../execution/execution-models.graphql.ts'
import '../execution/execution-queries.graphql.ts'
import '../execution/execution-mutations.graphql.ts'
import '../lookup/execution-by-key.graphql.ts'
import '../models.graphql.ts'
import '../model-prices/model-prices.graphql.ts'
import '../provider-keys/audit.graphql.ts'
import '../provider-keys/provider-keys.graphql.ts'
import '../ratings/rating-sums.graphql.ts'
import '../ratings/ratings.graphql.ts'
import '../saved-views/saved-views.graphql.ts'
import { builder } from './builder.ts'
import type { ExecutionsContext } from './context.ts'

/** The schema as Pothos builds it, which `schema.graphql` is printed from. */
export const executionsSchema = builder.toSchema()

export const subgraph = createSubgraph<ExecutionsContext>({
  schema: executionsSchema,
  references: {
    Execution: {
      scope: 'executions:read',
      load: (references, { loaders }) =>
        Promise.all(
          references.map(({ id }) =>
            typeof id === 'string' && isId(id) ? loaders.executions.load(id) : null,
          ),
        ),
    },
  },
})
