import type { Database } from '@quillworks/database/connect'
import { readAsTenant } from '@quillworks/database/tenant'
import type { OwnKey, OwnKeysOf } from '../models/own-keys.ts'
import type { KeyVault } from './key-vault.ts'
import { createOwnSettings, type OwnSettings, type OwnSettingsInput } from './own-settings.ts'
import { findKeys } from './provider-key.repository.ts'

/** Between the replicas of executions alone: the organization whose keys have changed. */
export const keysChangedSubject = 'qw-keys.changed'

/** What is remembered of keys on one replica. */
export type OwnKeys = OwnSettings<OwnKey>

/** Reads an organization's keys and opens them. */
export function ownKeysIn({ tenant, vault }: { tenant: Database; vault: KeyVault }): OwnKeysOf {
  return async (organizationId) => {
    const context = { organizationId, userId: '' }
    const rows = await readAsTenant(tenant, context, (tx) => findKeys(tx, organizationId))
    return rows.map((row) => {
      const { provider, baseUrl, version } = row
      return { provider, baseUrl, version, key: vault.open(row.ciphertext, row) }
    })
  }
}

/** Keeps the decrypted keys of organizations for a few seconds, and hears of their changes. */
export function createOwnKeys(input: OwnSettingsInput<OwnKey>): OwnKeys {
  return createOwnSettings({ ...input, subject: keysChangedSubject, what: 'provider keys' })
}
