import { rolePassword } from './roles.ts'
import { withDeadline } from './deadline.ts'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

export type Sql = postgres.Sql
export type Orm = ReturnType<typeof drizzle>
/** A drizzle transaction, the only handle that repositories take. */
export type Transaction = Parameters<Parameters<Orm['transaction']>[0]>[0]

interface Clients {
  readonly sql: Sql
  /** Every statement sees one moment: where a row that it writes has changed since, it fails with 40001. */
  readonly repeatable: Sql
  readonly orm: Orm
}

/** One role's connections. `sql` and `orm` are separate clients, because drizzle changes its client's parsers. */
export interface Database extends Clients {
  readonly deadlineMs: number
  /** Runs `work` under the deadline; after several in a row the pool is rebuilt, since the driver has no limit of its own. */
  run: <T>(work: (database: Clients) => Promise<T>) => Promise<T>
  close: () => Promise<void>
}

const timeoutsBeforeRebuild = 3

/**
 * Connects as `role`, with its derived password, to `url` (postgres://host:port/database). Connections open on first
 * use, `max` of them at most for each of the clients.
 */
export function connectDatabase(input: {
  url: string
  secret: string
  role: string
  name: string
  max: number
  deadlineMs?: number
  /** Every statement finds its rows by key: plans are kept, and made for full tables while these are still empty. */
  byKey?: boolean
}): Database {
  const deadlineMs = input.deadlineMs ?? 10_000
  const open = (isolation: 'read committed' | 'repeatable read' = 'read committed') =>
    postgres(input.url, {
      username: input.role,
      password: rolePassword(input.secret, input.role),
      max: input.max,
      connect_timeout: 5,
      idle_timeout: 300,
      max_lifetime: 1_800,
      onnotice: () => {},
      // By itself the driver waits up to 20 seconds after all connections have broken at once.
      backoff: (failures) => Math.min(0.5, 0.02 * 2 ** Math.min(failures, 5)) * (0.5 + Math.random() / 2),
      connection: {
        application_name: input.name,
        statement_timeout: deadlineMs,
        lock_timeout: deadlineMs,
        idle_in_transaction_session_timeout: deadlineMs,
        default_transaction_isolation: isolation,
        ...(input.byKey && { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off' }),
      },
    })

  let raw: Sql | undefined
  let repeatable: Sql | undefined
  let ormClient: Sql | undefined
  let orm: Orm | undefined
  let timeouts = 0

  const abandon = () => {
    const old = [raw, repeatable, ormClient]
    raw = repeatable = ormClient = orm = undefined
    timeouts = 0
    for (const client of old) void client?.end({ timeout: 0 }).catch(() => undefined)
  }

  const database: Database = {
    deadlineMs,
    get sql() {
      return (raw ??= open())
    },
    get repeatable() {
      return (repeatable ??= open('repeatable read'))
    },
    get orm() {
      if (!orm) {
        ormClient = open()
        orm = drizzle({ client: ormClient })
      }
      return orm
    },
    async run(work) {
      try {
        const result = await withDeadline(deadlineMs + 1_000, work(database))
        timeouts = 0
        return result
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'database.timeout') {
          timeouts += 1
          if (timeouts >= timeoutsBeforeRebuild) abandon()
        }
        throw error
      }
    },
    async close() {
      await Promise.all([raw, repeatable, ormClient].map((client) => client?.end({ timeout: 5 })))
    },
  }
  return database
}
