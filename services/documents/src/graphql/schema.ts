import { createSubgraph, printSubgraph } from '@quillworks/service-kit/subgraph'
import { GraphQLObjectType, GraphQLSchema } from 'graphql'

// No fields yet: composition leaves the subgraph out until its domain has some.
const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: {} }) })

/** What `schema.graphql` holds. */
export const sdl = printSubgraph(schema)

export const subgraph = createSubgraph({ schema })
