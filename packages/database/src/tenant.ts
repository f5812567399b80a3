import { sql } from 'drizzle-orm'
import type { Database, Transaction } from './connect.ts'

/** In whose name rows are read and written. */
export interface TenantContext {
  organizationId: string
  userId: string
}

/**
 * Runs `work` in one transaction in which row level security shows only what this user of this organization may see.
 * The context lives and dies with the transaction; without it there are no rows.
 */
export function withTenant<T>(
  database: Database,
  context: TenantContext,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return database.run(({ orm }) =>
    orm.transaction(async (tx) => {
      await tx.execute(
        sql`select set_config('qw.organization_id', ${context.organizationId}, true), set_config('qw.user_id', ${context.userId}, true)`,
      )
      return work(tx)
    }),
  )
}

/** Runs `work` in one transaction of a system role: over all organizations, on the tables listed for it. */
export function withSystem<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return database.run(({ orm }) => orm.transaction(work))
}
