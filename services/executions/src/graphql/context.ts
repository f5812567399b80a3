import type { Database, Transaction } from '@quillworks/database/connect'
import { readAsTenant, withTenant } from '@quillworks/database/tenant'
import DataLoader from 'dataloader'
import type { Identity } from '@quillworks/service-kit/identity'
import type { SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import type { RunAs } from '../contract/commands.ts'
import type { EngineService } from '../engine-service.ts'
import { createLoaders, type Loaders } from '../execution/execution.loaders.ts'
import type { PriceTools } from '../model-prices/model-prices.usecases.ts'
import type { Models } from '../models/call-model.ts'
import { findRatings } from '../ratings/rating.repository.ts'
import type { RatingRow } from '../ratings/rating.table.ts'
import type { KeyTools } from '../provider-keys/provider-keys.usecases.ts'

/** What the service's resolvers need besides who asks. */
export interface ExecutionsExtra {
  loaders: Loaders
  /** Reads as the caller: row level security shows what they may see. */
  read: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>
  engine: EngineService
  listModels: Models['listModels']
  keys: KeyTools
  prices: PriceTools
  /** Writes as the caller, held to the same rows. */
  write: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>
  /** The place of each queued execution in its organization's queue. */
  queuePositions: DataLoader<string, number | null>
  /** What stands of each execution's ratings. */
  ratings: DataLoader<string, RatingRow[]>
  /** Told after each rating's commit. */
  onRated: () => void
}

export type ExecutionsContext = SubgraphContext & ExecutionsExtra

/** Makes the part of a request's context that is this service's own. */
export function executionsContext(input: {
  tenant: Database
  engine: EngineService
  listModels: Models['listModels']
  keys: KeyTools
  prices: PriceTools
  onRated?: () => void
}): (identity: Identity) => ExecutionsExtra {
  return ({ organizationId, userId }) => {
    const read: ExecutionsExtra['read'] = (work) =>
      readAsTenant(input.tenant, { organizationId, userId }, work)
    const write: ExecutionsExtra['write'] = (work) =>
      withTenant(input.tenant, { organizationId, userId }, work)
    const ratings = new DataLoader(async (ids: readonly string[]) => {
      const rows = Map.groupBy(await read((tx) => findRatings(tx, ids)), (row) => row.executionId)
      return ids.map((id) => rows.get(id) ?? [])
    })
    const { engine, listModels, keys, prices, onRated = () => {} } = input
    const queuePositions = new DataLoader(async (ids: readonly string[]) => {
      const positions = await engine.queuePositions({ organizationId, ids })
      return ids.map((id) => positions.get(id) ?? null)
    })
    const loaders = createLoaders(read)
    return { read, write, loaders, queuePositions, ratings, engine, listModels, keys, prices, onRated }
  }
}

/** In whose name a change is made. */
export function runAsOf({ organizationId, projectId, userId, scopes }: Identity): RunAs {
  return { organizationId, projectId, userId, scopes }
}
