import type { Transaction } from '@quillworks/database/connect'
import DataLoader from 'dataloader'
import { findAttempts } from './attempt.repository.ts'
import type { AttemptRow } from './attempt.table.ts'
import type { ShownExecution } from './execution.ts'
import {
  findExecutions,
  findPayloads,
  findSteps,
  type AsOf,
  type PayloadKey,
} from './execution.repository.ts'
import { findModels } from './execution-models.repository.ts'
import type { StepRow } from './step.table.ts'

/** Reads of one request, each kind in one query for all that ask in the same turn. */
export interface Loaders {
  executions: DataLoader<string, ShownExecution | null>
  /** The models that were asked, in the order of the plan. */
  models: DataLoader<string, string[]>
  steps: DataLoader<string, AsOf<StepRow>[]>
  attempts: DataLoader<string, AsOf<AttemptRow>[]>
  payloads: DataLoader<PayloadKey, unknown, string>
}

export function createLoaders(read: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>): Loaders {
  const keyOf = ({ executionId, ref }: PayloadKey) => `${executionId}/${ref}`
  return {
    executions: new DataLoader(async (ids) => {
      const rows = new Map((await read((tx) => findExecutions(tx, ids))).map((row) => [row.id, row]))
      return ids.map((id) => rows.get(id) ?? null)
    }),
    models: new DataLoader(async (ids) => {
      const rows = Map.groupBy(await read((tx) => findModels(tx, ids)), (row) => row.executionId)
      return ids.map((id) => (rows.get(id) ?? []).map(({ model }) => model))
    }),
    steps: new DataLoader(async (ids) => {
      const rows = Map.groupBy(await read((tx) => findSteps(tx, ids)), (row) => row.executionId)
      return ids.map((id) => rows.get(id) ?? [])
    }),
    attempts: new DataLoader(async (ids) => {
      const rows = Map.groupBy(await read((tx) => findAttempts(tx, ids)), (row) => row.executionId)
      return ids.map((id) => rows.get(id) ?? [])
    }),
    payloads: new DataLoader(
      async (keys) => {
        const rows = new Map(
          (await read((tx) => findPayloads(tx, keys))).map((row) => [keyOf(row), row.body]),
        )
        return keys.map((key) => rows.get(keyOf(key)) ?? null)
      },
      { cacheKeyFn: keyOf },
    ),
  }
}
