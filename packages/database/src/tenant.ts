import { PostgresJsSession } from 'drizzle-orm/postgres-js'
import type { TransactionSql } from 'postgres'
import type { Database, Orm, Transaction } from './connect.ts'

/** In whose name rows are read and written. */
export interface TenantContext {
  organizationId: string
  userId: string
}

const setContext = `select set_config('qw.organization_id', $1, true), set_config('qw.user_id', $2, true)`
const setReadContext = `${setContext}, set_config('transaction_read_only', 'on', true)`

/**
 * Runs `work` in one transaction in which row level security shows only what this user of this organization may see.
 * The context lives and dies with the transaction; without it there are no rows.
 */
export function withTenant<T>(
  database: Database,
  tenant: TenantContext,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return database.run(({ orm }) => inContext(orm, setContext, tenant, work))
}

/**
 * As `withTenant`, for work that only reads, which Postgres holds it to. It answers as soon as the work is done: the end
 * of a transaction that has written nothing changes nothing, and its connection waits for it alone.
 */
export function readAsTenant<T>(
  database: Database,
  tenant: TenantContext,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return database.run(
    ({ orm }) =>
      new Promise<T>((resolve, reject) => {
        inContext(orm, setReadContext, tenant, async (tx) => resolve(await work(tx))).catch(reject)
      }),
  )
}

function inContext<T>(
  orm: Orm,
  setting: string,
  { organizationId, userId }: TenantContext,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return orm.transaction(async (tx) => {
    const { session } = tx._
    if (!(session instanceof PostgresJsSession)) throw new Error('This client has no connection of its own.')
    const client: TransactionSql = session.client
    // Sent at once and not waited for: a connection answers in order, so what `work` asks finds the context set.
    const context = client.unsafe(setting, [organizationId, userId], { prepare: true }).execute()
    context.catch(() => undefined)
    const result = await work(tx)
    await context
    return result
  })
}

/** Runs `work` in one transaction of a system role: over all organizations, on the tables listed for it. */
export function withSystem<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return database.run(({ orm }) => orm.transaction(work))
}
