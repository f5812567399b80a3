import { join } from 'node:path'

/** Where the composed schema is kept; a test fails when it no longer matches its subgraphs. */
export const supergraphFile = join(import.meta.dirname, '../../supergraph.graphql')
