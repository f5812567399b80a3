import { addAuditEntry } from '@quillworks/database/audit'
import type { Database } from '@quillworks/database/connect'
import { readAsTenant, withTenant } from '@quillworks/database/tenant'
import { AppError, notFound } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import type { ListedProvider, Models } from '../models/call-model.ts'
import { ModelError } from '../models/model.errors.ts'
import { isBuiltIn } from '../models/providers.ts'
import { auditEntries } from './audit-entry.table.ts'
import type { KeyVault } from './key-vault.ts'
import type { OwnKeys } from './own-keys.ts'
import { checkKey, endingOf, type GivenKey } from './provider-key.ts'
import { countKeys, deleteKey, findKeys, noteCheck, putKey } from './provider-key.repository.ts'
import type { ProviderKeyRow } from './provider-key.table.ts'

const mostKeys = 50

export interface KeyTools {
  tenant: Database
  vault: KeyVault
  ownKeys: OwnKeys
  models: Pick<Models, 'listProviders' | 'checkProvider'>
}

/** Who changes something, and from where. */
export interface Actor {
  identity: Identity
  address: string | null
}

/** How the last look at a key ended; `code` is null where the provider took it. */
export interface KeyCheck {
  at: Date
  code: string | null
  message: string | null
}

/** What may be told of an organization's own key: never the key. */
export type ShownKey = Pick<ProviderKeyRow, 'baseUrl' | 'ending' | 'setAt' | 'setBy'>

/** A provider as the caller sees it; keys and checks are for admins. */
export interface ShownProvider extends ListedProvider {
  builtIn: boolean
  key: ShownKey | null
  check: KeyCheck | null
}

/** Whether keys and their audit entries are for this caller. */
export function isAdmin({ role }: Identity): boolean {
  return role === 'owner' || role === 'admin'
}

function requireAdmin(identity: Identity): void {
  if (isAdmin(identity)) return
  throw new AppError('auth.forbidden', 'Keys of model providers are for admins of the organization.')
}

function checkOf({ checkedAt, checkCode, checkMessage }: ProviderKeyRow): KeyCheck | null {
  return checkedAt && { at: checkedAt, code: checkCode, message: checkMessage }
}

/** All providers that the organization may ask, whether there is a key, and where from. */
export async function listProviders(tools: KeyTools, identity: Identity): Promise<ShownProvider[]> {
  const { organizationId } = identity
  const [listed, rows] = await Promise.all([
    tools.models.listProviders(organizationId),
    isAdmin(identity)
      ? readAsTenant(tools.tenant, identity, (tx) => findKeys(tx, organizationId))
      : Promise.resolve([]),
  ])
  return listed.map((provider) => {
    const row = rows.find((each) => each.provider === provider.id)
    return {
      ...provider,
      builtIn: isBuiltIn(provider.id),
      key: row ?? null,
      check: row ? checkOf(row) : null,
    }
  })
}

async function shown(tools: KeyTools, identity: Identity, provider: string): Promise<ShownProvider> {
  const found = (await listProviders(tools, identity)).find(({ id }) => id === provider)
  if (!found) throw notFound('provider')
  return found
}

const entryOf = (
  { identity, address }: Actor,
  action: string,
  row: Pick<ProviderKeyRow, 'provider' | 'baseUrl' | 'ending'>,
) => ({
  organizationId: identity.organizationId,
  id: newId(),
  at: new Date(),
  userId: identity.userId,
  principal: identity.principal,
  address,
  action,
  targetType: 'provider_key',
  targetId: row.provider,
  targetName: row.provider,
  details: { ending: row.ending, ...(row.baseUrl === null ? {} : { baseUrl: row.baseUrl }) },
})

/** Sets the organization's key for a provider, in place of an older one and before that of the environment. */
export async function setProviderKey(tools: KeyTools, actor: Actor, given: GivenKey): Promise<ShownProvider> {
  const { identity } = actor
  requireAdmin(identity)
  const { organizationId, userId } = identity
  const listed = await tools.models.listProviders(organizationId)
  const known = listed.filter(({ ofDeployment }) => ofDeployment).map(({ id }) => id)
  const { provider, key, baseUrl } = checkKey(given, known)
  const row = { organizationId, provider, baseUrl, ending: endingOf(key) }
  await withTenant(tools.tenant, identity, async (tx) => {
    await putKey(tx, {
      ...row,
      ciphertext: tools.vault.seal(key, row),
      version: newId(),
      setBy: userId,
      setAt: new Date(),
    })
    if ((await countKeys(tx, organizationId)) > mostKeys)
      throw new AppError(
        'provider_key.too_many',
        `An organization has at most ${mostKeys} keys of providers.`,
      )
    await addAuditEntry(tx, auditEntries, entryOf(actor, 'provider_key.set', row))
  })
  tools.ownKeys.changed(organizationId)
  return shown(tools, identity, provider)
}

/** Deletes the organization's key; the provider is then asked with that of the environment, if there is one. */
export async function deleteProviderKey(
  tools: KeyTools,
  actor: Actor,
  provider: string,
): Promise<ShownProvider> {
  const { identity } = actor
  requireAdmin(identity)
  const { organizationId } = identity
  await withTenant(tools.tenant, identity, async (tx) => {
    const row = await deleteKey(tx, { organizationId, provider })
    if (!row) throw notFound('provider_key')
    await addAuditEntry(tx, auditEntries, entryOf(actor, 'provider_key.deleted', row))
  })
  tools.ownKeys.changed(organizationId)
  const left = (await listProviders(tools, identity)).find(({ id }) => id === provider)
  const gone = { source: 'none', available: false, ofDeployment: false, builtIn: false } as const
  return left ?? { id: provider, name: provider, ...gone, key: null, check: null }
}

/** Asks the provider, with the key that a run would use, for its models; what it says is kept with the organization's key. */
export async function testProviderKey(
  tools: KeyTools,
  identity: Identity,
  provider: string,
): Promise<ShownProvider> {
  requireAdmin(identity)
  const { organizationId } = identity
  const rows = await readAsTenant(tools.tenant, identity, (tx) => findKeys(tx, organizationId))
  const check: KeyCheck = { at: new Date(), code: null, message: null }
  try {
    const answer = await tools.models.checkProvider(organizationId, provider)
    if (answer === undefined) throw notFound('provider')
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    check.code = error.code
    check.message = error.message
  }
  const row = rows.find((each) => each.provider === provider)
  if (row) {
    const checked = { ...row, checkedAt: check.at, checkCode: check.code, checkMessage: check.message }
    await withTenant(tools.tenant, identity, (tx) => noteCheck(tx, checked))
  }
  return { ...(await shown(tools, identity, provider)), check }
}
