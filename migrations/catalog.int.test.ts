import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { rolePassword, serviceRole, systemRole } from '@quillworks/database/roles'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import { withoutRowSecurity } from './catalog-exceptions.ts'
import { schemas } from './services.ts'

// A failure here means that a table, role or function can show one organization's rows to another.

let database: TestDatabase
let owner: postgres.Sql

beforeAll(async () => {
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
})

afterAll(async () => {
  await owner.end()
  await database.close()
})

const ours = [...schemas] as string[]
const runtimeRoles = schemas.flatMap((schema) => [serviceRole(schema), systemRole(schema)])

interface Table {
  name: string
  schema: string
  secured: boolean
  forced: boolean
  partition: boolean
}

function tables(): Promise<Table[]> {
  return owner<Table[]>`
    select n.nspname || '.' || c.relname as name, n.nspname as schema, c.relrowsecurity as secured,
      c.relforcerowsecurity as forced, c.relispartition as partition
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname = any(${ours}) order by 1`
}

describe('every table', () => {
  test('has row level security, forced, or a written reason to stand outside', async () => {
    const found = await tables()
    expect(found.length).toBeGreaterThan(0)
    const open = found.filter((table) => !(table.secured && table.forced)).map((table) => table.name)
    expect(open.filter((name) => !(name in withoutRowSecurity))).toEqual([])
  })

  test('on the exception list exists and truly has none', async () => {
    const secured = new Map((await tables()).map((table) => [table.name, table.secured]))
    expect(Object.keys(withoutRowSecurity).filter((name) => secured.get(name) !== false)).toEqual([])
  })

  test('that is a partition is granted to no runtime role', async () => {
    const granted = await owner`
      select distinct g.table_schema || '.' || g.table_name as name, g.grantee
      from information_schema.role_table_grants g
      join pg_class c on c.oid = format('%I.%I', g.table_schema, g.table_name)::regclass
      where c.relispartition and g.grantee = any(${runtimeRoles})`
    expect([...granted]).toEqual([])
  })

  test('belongs to no runtime role, and is granted only to the roles of its own schema', async () => {
    const owned = await owner`
      select c.relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = any(${runtimeRoles})`
    expect([...owned]).toEqual([])
    const grants = await owner<{ schema: string; grantee: string }[]>`
      select distinct table_schema as schema, grantee from information_schema.role_table_grants
      where grantee = any(${[...runtimeRoles, 'PUBLIC']}) and table_schema = any(${ours})`
    const foreign = grants.filter(
      ({ schema, grantee }) => ![serviceRole(schema), systemRole(schema)].includes(grantee),
    )
    expect(foreign).toEqual([])
  })

  test('keeps its foreign keys inside its schema, the organization among their columns', async () => {
    const keys = await owner<{ name: string; crosses: boolean; columns: string[] }[]>`
      select c.conname as name, child.relnamespace <> parent.relnamespace as crosses,
        array(select a.attname::text from pg_attribute a where a.attrelid = child.oid and a.attnum = any(c.conkey)) as columns
      from pg_constraint c
      join pg_class child on child.oid = c.conrelid join pg_class parent on parent.oid = c.confrelid
      join pg_namespace n on n.oid = child.relnamespace
      where c.contype = 'f' and c.conparentid = 0 and n.nspname = any(${ours})
        and exists (select 1 from pg_attribute a where a.attrelid = child.oid and a.attname = 'organization_id')
        and exists (select 1 from pg_attribute a where a.attrelid = parent.oid and a.attname = 'organization_id')`
    expect(
      keys.filter((key) => key.crosses || !key.columns.includes('organization_id')).map((key) => key.name),
    ).toEqual([])
  })
})

describe('every policy', () => {
  test('limits both what is seen and what is written', async () => {
    const policies = await owner`
      select schemaname || '.' || tablename || ' ' || policyname as name from pg_policies
      where schemaname = any(${ours}) and cmd = 'ALL' and (qual is null or with_check is null)`
    expect([...policies]).toEqual([])
  })

  test('of a service role asks for the organization of the transaction', async () => {
    const policies = await owner<{ name: string }[]>`
      select schemaname || '.' || tablename || ' ' || policyname as name from pg_policies
      where schemaname = any(${ours}) and roles && ${schemas.map(serviceRole)}::name[]
        and coalesce(qual, '') || coalesce(with_check, '') not like '%qw.organization_id%'`
    expect(policies.map((policy) => policy.name)).toEqual([])
  })
})

describe('every runtime role', () => {
  test('can bypass nothing', async () => {
    const roles = await owner<{ rolname: string }[]>`
      select rolname from pg_roles where rolname = any(${runtimeRoles})
        and not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`
    expect(roles.map((role) => role.rolname).sort()).toEqual([...runtimeRoles].sort())
  })

  test('is a member of nothing', async () => {
    const memberships = await owner`
      select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = any(${runtimeRoles})`
    expect([...memberships]).toEqual([])
  })

  test('can make nothing in any schema', async () => {
    const schemasOpen = await owner`
      select r.rolname, n.nspname from pg_roles r cross join pg_namespace n
      where r.rolname = any(${runtimeRoles}) and n.nspname = any(${['public', ...ours]})
        and has_schema_privilege(r.rolname, n.oid, 'create')`
    expect([...schemasOpen]).toEqual([])
  })
})

describe('every function and view', () => {
  test('that runs as its owner has a fixed search path and is not open to all', async () => {
    const functions = await owner`
      select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = any(${ours}) and p.prosecdef
        and (not exists (select 1 from unnest(p.proconfig) setting where setting like 'search_path=%')
          or has_function_privilege('public', p.oid, 'execute'))`
    expect([...functions]).toEqual([])
  })

  test('is not declared leakproof', async () => {
    const functions = await owner`
      select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = any(${ours}) and p.proleakproof`
    expect([...functions]).toEqual([])
  })

  test('that is a view reads with the rights of whoever asks', async () => {
    const views = await owner`
      select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'v' and n.nspname = any(${ours})
        and not coalesce('security_invoker=true' = any(c.reloptions) or 'security_invoker=on' = any(c.reloptions), false)`
    expect([...views]).toEqual([])
  })
})

describe('rows of two organizations in every tenant table', () => {
  const first = { organization: Bun.randomUUIDv7(), user: Bun.randomUUIDv7() }
  const second = { organization: Bun.randomUUIDv7(), user: Bun.randomUUIDv7() }
  let tenantTables: Table[] = []

  const sample: Record<string, string> = {
    uuid: 'gen_random_uuid()',
    timestamptz: 'now()',
    date: 'current_date',
    jsonb: `'{}'::jsonb`,
    bool: 'false',
    bytea: `'\\x00'::bytea`,
    tsvector: `''::tsvector`,
  }

  const valueOf = (column: { name: string; type: string }, tenant: typeof first): string => {
    if (column.name === 'organization_id') return `'${tenant.organization}'`
    if (column.name === 'owner_id') return `'${tenant.user}'`
    if (column.name === 'visibility') return `'private'`
    if (column.type.startsWith('_')) return `'{}'`
    return (
      sample[column.type] ?? (['text', 'varchar'].includes(column.type) ? 'gen_random_uuid()::text' : '1')
    )
  }

  const insertInto = async (table: Table, tenant: typeof first) => {
    const columns = await owner<{ name: string; type: string }[]>`
      select a.attname as name, t.typname as type from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = ${table.name}::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        and a.attidentity = ''`
    const names = columns.map((column) => `"${column.name}"`).join(', ')
    return `insert into ${table.name} (${names}) values (${columns.map((column) => valueOf(column, tenant)).join(', ')})`
  }

  const asService = (schema: string, options: { options?: string } = {}) =>
    postgres(database.url, {
      username: serviceRole(schema),
      password: rolePassword(database.secret, serviceRole(schema)),
      max: 1,
      onnotice: () => {},
      connection: options.options ? { row_security: 'off' } : {},
    })

  const within = <T>(
    sql: postgres.Sql,
    tenant: typeof first,
    work: (tx: postgres.TransactionSql) => Promise<T>,
  ) =>
    sql.begin(async (tx) => {
      await tx`select set_config('qw.organization_id', ${tenant.organization}, true), set_config('qw.user_id', ${tenant.user}, true)`
      return work(tx)
    })

  beforeAll(async () => {
    const withOrganization = await owner<{ name: string }[]>`
      select format('%s.%s', n.nspname, c.relname) as name from pg_class c
      join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
      where a.attname = 'organization_id' and n.nspname = any(${ours}) and not c.relispartition and c.relkind in ('r', 'p')
        and c.relrowsecurity and has_table_privilege('qw_' || n.nspname, c.oid, 'select')`
    const names = new Set(withOrganization.map((row) => row.name))
    tenantTables = (await tables()).filter((table) => names.has(table.name))
    // This database is the test's own: without checks and triggers any row can be made from the catalog alone.
    const checks = await owner<{ relation: string; name: string }[]>`
      select conrelid::regclass::text as relation, conname as name from pg_constraint c
      join pg_namespace n on n.oid = c.connamespace where contype = 'c' and coninhcount = 0 and n.nspname = any(${ours})`
    for (const check of checks)
      await owner.unsafe(`alter table ${check.relation} drop constraint "${check.name}"`)
    await owner`set session_replication_role = replica`
    for (const table of tenantTables) {
      for (const tenant of [first, second]) await owner.unsafe(await insertInto(table, tenant))
    }
  })

  test('were made for every table that has an organization', () => {
    expect(tenantTables.length).toBeGreaterThan(5)
  })

  test('are seen only by their own, and by nobody without a context', async () => {
    for (const schema of new Set(tenantTables.map((table) => table.schema))) {
      const sql = asService(schema)
      for (const table of tenantTables.filter((candidate) => candidate.schema === schema)) {
        const count = async (tx: postgres.TransactionSql | postgres.Sql) =>
          (await tx.unsafe(`select organization_id from ${table.name}`)).map((row) =>
            String(row['organization_id']),
          )
        expect([table.name, await count(sql)]).toEqual([table.name, []])
        expect([table.name, await within(sql, second, count)]).toEqual([table.name, [second.organization]])
      }
      await sql.end()
    }
  })

  test('cannot be written for another organization', async () => {
    for (const table of tenantTables) {
      const [grant] = await owner<{ may: boolean }[]>`
        select has_table_privilege(${serviceRole(table.schema)}, ${table.name}, 'insert') as may`
      if (!grant?.may) continue
      const sql = asService(table.schema)
      const forged = await insertInto(table, first)
      const refused = await within(sql, second, (tx) => tx.unsafe(forged)).then(
        () => 'accepted',
        (error: unknown) => (error instanceof postgres.PostgresError ? error.code : String(error)),
      )
      expect([table.name, refused]).toEqual([table.name, '42501'])
      await sql.end()
    }
  })

  test('are refused outright when row security is switched off, which shows that the policies bind', async () => {
    for (const table of tenantTables) {
      const sql = asService(table.schema, { options: 'off' })
      const refused = await sql.unsafe(`select 1 from ${table.name}`).then(
        () => 'accepted',
        (error: unknown) => (error instanceof postgres.PostgresError ? error.code : String(error)),
      )
      expect([table.name, refused]).toEqual([table.name, '42501'])
      await sql.end()
    }
  })
})
