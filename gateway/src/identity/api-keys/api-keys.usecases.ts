import { withTenant } from '@quillworks/database/tenant'
import { invalidInput, notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { requireAbility, roleAllows } from '../access.ts'
import { type ActingIdentity, audit } from '../audit/audit.ts'
import { inTransaction } from '../auth.ts'
import type { IdentityDependencies } from '../graphql/context.ts'
import { type Page, type PageArguments, pageById } from '../graphql/page.ts'
import type { MemberRole } from '../organizations/organizations.table.ts'
import { apiKeys } from './api-keys.table.ts'
import { checkScopes, fromPermissions, toPermissions } from './scopes.ts'

/** An API key as people see it; the key itself is shown only once. */
export interface ApiKey {
  id: string
  name: string
  start: string
  scopes: string[]
  createdBy: string
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
}
type Deps = Pick<IdentityDependencies, 'database' | 'auth'>
type Row = typeof apiKeys.$inferSelect

const metadataSchema = z.object({ userId: z.uuid() })
const permissionsSchema = z.record(z.string(), z.array(z.string()))

// better-auth writes metadata as JSON of JSON when it is given an object.
function parsed(text: string | null): unknown {
  const value: unknown = text ? JSON.parse(text) : {}
  return typeof value === 'string' ? JSON.parse(value) : value
}

function toApiKey(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name ?? '',
    start: row.start ?? '',
    scopes: fromPermissions(permissionsSchema.parse(parsed(row.permissions))),
    createdBy: metadataSchema.parse(parsed(row.metadata)).userId,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastRequest,
  }
}

/** The organization's keys. */
export async function listApiKeys(
  { database }: Deps,
  identity: Identity,
  input: PageArguments,
): Promise<Page<ApiKey>> {
  requireAbility(identity.role, 'apiKey', 'read')
  const page = pageById(apiKeys.id, input)
  const rows = await database.run(({ orm }) =>
    orm
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.referenceId, identity.organizationId), ...page.where))
      .orderBy(page.orderBy)
      .limit(page.limit),
  )
  return page.toPage(rows.map(toApiKey))
}

const target = ({ id, name }: ApiKey) => ({ type: 'api_key', id, name })

/** Makes a key that acts as its creator with `scopes` at most. `key` is in the answer and nowhere else. */
export async function createApiKey(
  { database, auth }: Deps,
  identity: ActingIdentity,
  input: { name: string; scopes: string[]; expiresAt?: Date | null | undefined },
): Promise<{ apiKey: ApiKey; key: string }> {
  requireAbility(identity.role, 'apiKey', 'create')
  const name = input.name.trim()
  const issues = []
  if (name.length < 1 || name.length > 100)
    issues.push({ path: ['name'], message: 'A name of 1 to 100 characters.' })
  const lifeSeconds = input.expiresAt
    ? Math.round((input.expiresAt.getTime() - Date.now()) / 1000)
    : undefined
  if (lifeSeconds !== undefined && (lifeSeconds < 1 || lifeSeconds > 3650 * 86_400)) {
    issues.push({ path: ['expiresAt'], message: 'A time in the next ten years.' })
  }
  if (issues.length > 0) throw invalidInput(issues)
  const scopes = [...new Set(input.scopes)]
  checkScopes(scopes, identity)
  const { organizationId, userId } = identity
  const body = {
    name,
    organizationId,
    userId,
    permissions: toPermissions(scopes),
    metadata: { userId },
    ...(lifeSeconds === undefined ? {} : { expiresIn: lifeSeconds }),
  }
  return withTenant(database, identity, async (tx) => {
    const created = await inTransaction(tx, () => auth.api.createApiKey({ body }))
    const [row] = await tx.select().from(apiKeys).where(eq(apiKeys.id, created.id))
    if (!row) throw new Error('A key that was just made is not there.')
    const apiKey = toApiKey(row)
    const { expiresAt } = apiKey
    const details = { scopes, ...(expiresAt ? { expiresAt } : {}) }
    await audit(tx, identity, { action: 'api_key.created', target: target(apiKey), details })
    return { apiKey, key: created.key }
  })
}

/** Ends a key; this gateway knows at once, every other within 5 seconds. Its creator and whoever may delete keys can do so. */
export async function revokeApiKey(
  { database, accessChanged }: Deps & Pick<IdentityDependencies, 'accessChanged'>,
  identity: ActingIdentity,
  id: string,
): Promise<ApiKey> {
  const where = and(eq(apiKeys.referenceId, identity.organizationId), eq(apiKeys.id, isId(id) ? id : ''))
  const [row] = isId(id) ? await database.run(({ orm }) => orm.select().from(apiKeys).where(where)) : []
  if (!row) throw notFound('api_key')
  const key = toApiKey(row)
  const own = key.createdBy === identity.userId
  if (!own || !roleAllows(identity.role as MemberRole, 'apiKey', 'create')) {
    requireAbility(identity.role, 'apiKey', 'delete')
  }
  await withTenant(database, identity, async (tx) => {
    const gone = await tx.delete(apiKeys).where(where).returning({ id: apiKeys.id })
    if (gone.length > 0) await audit(tx, identity, { action: 'api_key.revoked', target: target(key) })
  })
  accessChanged({ organizationId: identity.organizationId, principal: `key:${row.id}` })
  return key
}
