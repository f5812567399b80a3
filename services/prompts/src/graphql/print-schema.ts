import { printSubgraph } from '@quillworks/service-kit/subgraph'
import { schema } from './schema.ts'

await Bun.write(new URL('../../schema.graphql', import.meta.url), printSubgraph(schema))
