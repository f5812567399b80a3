import type { Database, Transaction } from '@quillworks/database/connect'
import { readAsTenant } from '@quillworks/database/tenant'
import type { Identity } from '@quillworks/service-kit/identity'
import type { SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import type { RunAs } from '../contract/commands.ts'
import type { EngineService } from '../engine-service.ts'
import { createLoaders, type Loaders } from '../execution/execution.loaders.ts'
import type { Models } from '../models/call-model.ts'
import type { KeyTools } from '../provider-keys/provider-keys.usecases.ts'

/** What the service's resolvers need besides who asks. */
export interface ExecutionsExtra {
  loaders: Loaders
  /** Reads as the caller: row level security shows what they may see. */
  read: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>
  engine: EngineService
  listModels: Models['listModels']
  keys: KeyTools
}

export type ExecutionsContext = SubgraphContext & ExecutionsExtra

/** Makes the part of a request's context that is this service's own. */
export function executionsContext(input: {
  tenant: Database
  engine: EngineService
  listModels: Models['listModels']
  keys: KeyTools
}): (identity: Identity) => ExecutionsExtra {
  return ({ organizationId, userId }) => {
    const read: ExecutionsExtra['read'] = (work) =>
      readAsTenant(input.tenant, { organizationId, userId }, work)
    const { engine, listModels, keys } = input
    return { read, loaders: createLoaders(read), engine, listModels, keys }
  }
}

/** In whose name a change is made. */
export function runAsOf({ organizationId, projectId, userId, scopes }: Identity): RunAs {
  return { organizationId, projectId, userId, scopes }
}
