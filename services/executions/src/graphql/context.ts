import type { Database, Transaction } from '@quillworks/database/connect'
import { withTenant } from '@quillworks/database/tenant'
import type { Identity } from '@quillworks/service-kit/identity'
import type { SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import type { RunAs } from '../contract/commands.ts'
import type { EngineService } from '../engine-service.ts'
import { createLoaders, type Loaders } from '../execution/execution.loaders.ts'
import type { Models } from '../models/call-model.ts'

/** What the service's resolvers need besides who asks. */
export interface ExecutionsExtra {
  loaders: Loaders
  /** Reads as the caller: row level security shows what they may see. */
  read: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>
  engine: EngineService
  listModels: Models['listModels']
}

export type ExecutionsContext = SubgraphContext & ExecutionsExtra

/** Makes the part of a request's context that is this service's own. */
export function executionsContext(input: {
  tenant: Database
  engine: EngineService
  listModels: Models['listModels']
}): (identity: Identity) => ExecutionsExtra {
  return ({ organizationId, userId }) => {
    const read: ExecutionsExtra['read'] = (work) => withTenant(input.tenant, { organizationId, userId }, work)
    return { read, loaders: createLoaders(read), engine: input.engine, listModels: input.listModels }
  }
}

/** In whose name a change is made. */
export function runAsOf({ organizationId, projectId, userId, scopes }: Identity): RunAs {
  return { organizationId, projectId, userId, scopes }
}
