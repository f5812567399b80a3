import { addAuditEntry } from '@quillworks/database/audit'
import type { Database } from '@quillworks/database/connect'
import { withTenant } from '@quillworks/database/tenant'
import { AppError, notFound } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import type { ListedModel, Models } from '../models/call-model.ts'
import type { OwnPrice } from '../models/own-prices.ts'
import { auditEntries } from '../provider-keys/audit-entry.table.ts'
import { isAdmin, type Actor } from '../provider-keys/provider-keys.usecases.ts'
import { checkPrice, usdOf, type GivenPrice } from './model-price.ts'
import { countPrices, deletePrice, putPrice } from './model-price.repository.ts'
import type { OwnPrices } from './own-prices.ts'

const mostPrices = 500

export interface PriceTools {
  tenant: Database
  ownPrices: Pick<OwnPrices, 'changed'>
  models: Pick<Models, 'listModels' | 'listProviders'>
}

function requireAdmin(identity: Identity): void {
  if (isAdmin(identity)) return
  throw new AppError('auth.forbidden', 'Prices of models are set by admins of the organization.')
}

const entryOf = ({ identity, address }: Actor, action: string, price: OwnPrice) => ({
  organizationId: identity.organizationId,
  id: newId(),
  at: new Date(),
  userId: identity.userId,
  principal: identity.principal,
  address,
  action,
  targetType: 'model_price',
  targetId: price.model,
  targetName: price.model,
  details: {
    input: usdOf(price.inputPicoUsd),
    output: usdOf(price.outputPicoUsd),
    ...(price.cachedPicoUsd === null ? {} : { cached: usdOf(price.cachedPicoUsd) }),
  },
})

async function listed(
  { models }: PriceTools,
  organizationId: string,
  id: string,
): Promise<ListedModel | undefined> {
  return (await models.listModels(organizationId)).find((model) => model.id === id)
}

/** Sets the organization's price of a model, which counts for attempts that begin from now on. */
export async function setModelPrice(
  tools: PriceTools,
  actor: Actor,
  given: GivenPrice,
): Promise<ListedModel> {
  const { identity } = actor
  requireAdmin(identity)
  const { organizationId, userId } = identity
  const providers = await tools.models.listProviders(organizationId)
  const price = checkPrice(
    given,
    providers.map(({ id }) => id),
  )
  await withTenant(tools.tenant, identity, async (tx) => {
    await putPrice(tx, { organizationId, ...price, setBy: userId, setAt: new Date() })
    if ((await countPrices(tx, organizationId)) > mostPrices)
      throw new AppError(
        'model_price.too_many',
        `An organization has at most ${mostPrices} prices of models.`,
      )
    await addAuditEntry(tx, auditEntries, entryOf(actor, 'model_price.set', price))
  })
  tools.ownPrices.changed(organizationId)
  const model = await listed(tools, organizationId, price.model)
  // Only where its provider has gone meanwhile.
  if (!model) throw notFound('model')
  return model
}

/** Goes back to the usual price; undefined for a model that was listed for its price alone. */
export async function removeModelPrice(
  tools: PriceTools,
  actor: Actor,
  model: string,
): Promise<ListedModel | undefined> {
  const { identity } = actor
  requireAdmin(identity)
  const { organizationId } = identity
  await withTenant(tools.tenant, identity, async (tx) => {
    const row = await deletePrice(tx, { organizationId, model })
    if (!row) throw notFound('model_price')
    await addAuditEntry(tx, auditEntries, entryOf(actor, 'model_price.removed', row))
  })
  tools.ownPrices.changed(organizationId)
  return listed(tools, organizationId, model)
}
