import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectDatabase, type Database } from '@quillworks/database/connect'
import { migrate } from '@quillworks/migrations/migrate'
import { schemas } from '@quillworks/migrations/services'
import { newId } from '@quillworks/service-kit/ids'
import postgres from 'postgres'
import { testSecret } from './secret.ts'
import { sharedPostgresUrl } from './shared-postgres.ts'

/** A migrated database of its own. */
export interface TestDatabase {
  /** The owner's, with credentials: it bypasses row level security, so only arrange and look with it. */
  ownerUrl: string
  /** Without credentials, as services get it. */
  url: string
  /** What every role's password is derived from. */
  secret: string
  /** Connects as `role` (`qw_prompts`, `qw_prompts_system`); closed with the database. */
  connect(role: string, options?: { max?: number; deadlineMs?: number; byKey?: boolean }): Database
  /** Drops the database, whoever is connected. */
  close(): Promise<void>
}

const TEMPLATE_LOCK = 7_164_202

function databaseUrl(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

/** Changes with any migration, so that a template of older ones is never used. */
function migrationsHash(): string {
  const folder = dirname(fileURLToPath(import.meta.resolve('@quillworks/migrations/migrate')))
  const hash = createHash('sha256').update(testSecret)
  const sources = ['migrate.ts', ...schemas.map((schema) => `${schema}/meta/_journal.json`)]
  for (const schema of schemas) {
    const sql = existsSync(join(folder, schema)) ? readdirSync(join(folder, schema)) : []
    sources.push(...sql.filter((name) => name.endsWith('.sql')).map((name) => `${schema}/${name}`))
  }
  for (const source of sources.filter((name) => existsSync(join(folder, name)))) {
    hash.update(source).update(readFileSync(join(folder, source)))
  }
  return hash.digest('hex').slice(0, 16)
}

/** Makes the migrated template once per server, whoever comes first. */
async function makeTemplate(server: string): Promise<string> {
  const template = `qw_template_${migrationsHash()}`
  const unfinished = `${template}_unfinished`
  const sql = postgres(databaseUrl(server, 'postgres'), { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(${TEMPLATE_LOCK})`
    const found = await sql`select 1 from pg_database where datname = ${template}`
    if (found.length > 0) return template
    await sql`drop database if exists ${sql(unfinished)} with (force)`
    await sql`create database ${sql(unfinished)}`
    await migrate({ ownerUrl: databaseUrl(server, unfinished), secret: testSecret })
    await sql`alter database ${sql(unfinished)} rename to ${sql(template)}`
    return template
  } finally {
    await sql.end()
  }
}

const templates = new Map<string, Promise<string>>()

/** Makes a migrated, empty database on the run's shared Postgres, as a copy of one that was migrated once. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await sharedPostgresUrl()
  const template = templates.get(server) ?? makeTemplate(server)
  templates.set(server, template)
  const name = `qw_test_${newId().replaceAll('-', '')}`
  const from = await template
  const administer = async (work: (sql: postgres.Sql) => Promise<unknown>) => {
    const sql = postgres(databaseUrl(server, 'postgres'), { max: 1, onnotice: () => {} })
    try {
      await work(sql)
    } finally {
      await sql.end()
    }
  }
  await administer((sql) => sql`create database ${sql(name)} template ${sql(from)}`)
  const ownerUrl = databaseUrl(server, name)
  const url = new URL(ownerUrl)
  url.username = ''
  url.password = ''
  const connections: Database[] = []
  return {
    ownerUrl,
    url: url.href,
    secret: testSecret,
    connect(role, options = {}) {
      const connection = connectDatabase({
        url: url.href,
        secret: testSecret,
        role,
        name: 'test',
        max: options.max ?? 4,
        ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
        ...(options.byKey && { byKey: true }),
      })
      connections.push(connection)
      return connection
    },
    async close() {
      await Promise.all(connections.map((connection) => connection.close()))
      await administer((sql) => sql`drop database if exists ${sql(name)} with (force)`)
    },
  }
}
