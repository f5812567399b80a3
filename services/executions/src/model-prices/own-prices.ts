import type { Database } from '@quillworks/database/connect'
import { readAsTenant } from '@quillworks/database/tenant'
import type { OwnPrice, OwnPricesOf } from '../models/own-prices.ts'
import { createOwnSettings, type OwnSettings, type OwnSettingsInput } from '../provider-keys/own-settings.ts'
import { findPrices } from './model-price.repository.ts'

/** Between the replicas of executions alone: the organization whose prices have changed. */
export const pricesChangedSubject = 'qw-prices.changed'

/** What is remembered of prices on one replica. */
export type OwnPrices = OwnSettings<OwnPrice>

/** Reads an organization's own prices. */
export function ownPricesIn(tenant: Database): OwnPricesOf {
  return (organizationId) =>
    readAsTenant(tenant, { organizationId, userId: '' }, (tx) => findPrices(tx, organizationId))
}

/** Keeps the prices of organizations for a few seconds, and hears of their changes. */
export function createOwnPrices(input: OwnSettingsInput<OwnPrice>): OwnPrices {
  return createOwnSettings({ ...input, subject: pricesChangedSubject, what: 'model prices' })
}
