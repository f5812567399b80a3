import { startSubgraphService } from '@quillworks/database/service'
import { readConfig } from './config.ts'
import { serviceName } from './contract/index.ts'
import { subgraph } from './graphql/schema.ts'

startSubgraphService({ name: serviceName, subgraph, config: readConfig() })
