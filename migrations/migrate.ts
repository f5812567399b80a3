import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { rolePassword, serviceRole, systemRole } from '@quillworks/database/roles'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { schemas, type SchemaName } from './services.ts'

const lockKey = 7_164_201

/** One journal applied: the schema and how long it took. */
export interface MigrationStep {
  schema: SchemaName
  durationMs: number
}

async function prepareRole(sql: postgres.Sql, role: string, password: string): Promise<void> {
  const [existing] = await sql`select 1 from pg_roles where rolname = ${role}`
  const attributes = 'login nosuperuser nobypassrls nocreatedb nocreaterole noinherit noreplication'
  // A password cannot be a parameter of this statement; it is hexadecimal by derivation.
  await sql.unsafe(`${existing ? 'alter' : 'create'} role ${role} ${attributes} password '${password}'`)
  const [{ database } = { database: '' }] = await sql<
    { database: string }[]
  >`select quote_ident(current_database()) as database`
  await sql.unsafe(`grant connect on database ${database} to ${role}`)
}

/**
 * Brings the database to this release: roles without rights of their own, then each schema's journal, one migrator at a
 * time. `ownerUrl` is the owner's; nothing else ever uses it. Safe to run again and by several at once.
 */
export async function migrate(input: {
  ownerUrl: string
  secret: string
  onStep?: (step: MigrationStep) => void
}): Promise<void> {
  const sql = postgres(input.ownerUrl, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    await sql`select pg_advisory_lock(${lockKey})`
    await sql`revoke create on schema public from public`
    for (const schema of schemas) {
      const started = performance.now()
      for (const role of [serviceRole(schema), systemRole(schema)]) {
        await prepareRole(sql, role, rolePassword(input.secret, role))
      }
      const folder = join(import.meta.dirname, schema)
      if (!existsSync(join(folder, 'meta', '_journal.json'))) continue
      await applyMigrations(drizzle({ client: sql }), {
        migrationsFolder: folder,
        migrationsSchema: 'drizzle',
        migrationsTable: schema,
      })
      await sql.unsafe(`grant usage on schema ${schema} to ${serviceRole(schema)}, ${systemRole(schema)}`)
      input.onStep?.({ schema, durationMs: performance.now() - started })
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}
