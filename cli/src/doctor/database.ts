import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolePassword, serviceRole, systemRole } from '@quillworks/database/roles'
import { withoutRowSecurity } from '@quillworks/migrations/catalog-exceptions'
import { schemas } from '@quillworks/migrations/services'
import postgres from 'postgres'
import { z } from 'zod'
import { failed, type Finding, ok, reasonOf } from './finding.ts'

const roles = schemas.flatMap((schema) => [serviceRole(schema), systemRole(schema)])
const journalSchema = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) })
const migrateAdvice = 'Start again with npm start, or run: quillworks migrate'

/** Postgres as the owner sees it: version, roles, row level security, migrations. */
export async function checkDatabase(input: { url: string; secret: string | undefined }): Promise<Finding[]> {
  const sql = postgres(input.url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  const place = new URL(input.url).host
  try {
    const [row] = await sql<{ version: string; number: number }[]>`
      select current_setting('server_version') as version, current_setting('server_version_num')::int as number`
    const version = row?.version ?? 'unknown'
    if ((row?.number ?? 0) < 160_000) {
      return [failed('Postgres', `version ${version} at ${place}`, 'Quillworks needs Postgres 16 or later.')]
    }
    return [
      ok('Postgres', `version ${version} at ${place}`),
      await checkMigrations(sql),
      await checkRoles(sql),
      ...(input.secret ? [await checkLogin({ url: input.url, secret: input.secret })] : []),
      await checkRowSecurity(sql),
    ]
  } catch (error) {
    const advice =
      'See that it runs and that DATABASE_URL is right; for a local start, see logs/postgres.log in the data folder.'
    return [failed('Postgres', `does not answer at ${place}: ${reasonOf(error)}`, advice)]
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function checkMigrations(sql: postgres.Sql): Promise<Finding> {
  const folder = dirname(fileURLToPath(import.meta.resolve('@quillworks/migrations/migrate')))
  const pending: string[] = []
  let applied = 0
  for (const schema of schemas) {
    const file = join(folder, schema, 'meta/_journal.json')
    if (!existsSync(file)) continue
    const journal = journalSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    const [table] = await sql`select to_regclass(${`drizzle.${schema}`}) is not null as exists`
    const rows = table?.['exists']
      ? await sql<{ at: string }[]>`select created_at::text as at from ${sql(`drizzle.${schema}`)}`
      : []
    const times = new Set([...rows].map((row) => row.at))
    for (const { when, tag } of journal.entries) {
      if (times.has(String(when))) applied += 1
      else pending.push(`${schema}/${tag}`)
    }
  }
  if (pending.length === 0) return ok('Migrations', `all ${applied} applied`)
  return failed('Migrations', `not applied: ${pending.join(', ')}`, migrateAdvice)
}

async function checkRoles(sql: postgres.Sql): Promise<Finding> {
  const found = await sql<{ name: string; strong: boolean }[]>`
    select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as strong
    from pg_roles where rolname = any(${roles})`
  const strong = found.filter((role) => role.strong).map((role) => role.name)
  const missing = roles.filter((role) => !found.some(({ name }) => name === role))
  if (missing.length > 0) return failed('Roles', `missing: ${missing.join(', ')}`, migrateAdvice)
  if (strong.length > 0) {
    const advice = `alter role ${strong[0]} nosuperuser nobypassrls nocreaterole nocreatedb — or run: quillworks migrate`
    return failed('Roles', `can bypass row level security: ${strong.join(', ')}`, advice)
  }
  return ok('Roles', `${roles.length} roles, none can bypass row level security`)
}

async function checkLogin(input: { url: string; secret: string }): Promise<Finding> {
  const role = serviceRole('executions')
  const sql = postgres(input.url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    username: role,
    password: rolePassword(input.secret, role),
  })
  try {
    await sql`select 1`
    return ok('Secret and database', 'belong together')
  } catch (error) {
    const advice = 'Use the secret that this database was made with; a backup says which one belongs to it.'
    return failed('Secret and database', `${role} cannot log in: ${reasonOf(error)}`, advice)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function checkRowSecurity(sql: postgres.Sql): Promise<Finding> {
  const tables = await sql<{ name: string; forced: boolean }[]>`
    select n.nspname || '.' || c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname = any(${[...schemas] as string[]})`
  const open = tables
    .filter(({ name, forced }) => !forced && !(name in withoutRowSecurity))
    .map(({ name }) => name)
  if (open.length === 0)
    return ok('Row level security', `forced on every tenant table (${tables.length} tables)`)
  const advice =
    'Somebody changed the tables: alter table … enable row level security, force row level security.'
  return failed('Row level security', `not forced on ${open.join(', ')}`, advice)
}
