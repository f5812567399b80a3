import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './schema.generated.d.ts'

/** Writes a GraphQL document whose result and variables are typed from `schema.graphql`. */
export const graphql = initGraphQLTada<{
  introspection: introspection
  disableMasking: true
  scalars: { DateTime: string; JSON: unknown }
}>()

export type { ResultOf, VariablesOf } from 'gql.tada'
