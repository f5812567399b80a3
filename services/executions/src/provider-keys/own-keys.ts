import type { Database } from '@quillworks/database/connect'
import { readAsTenant } from '@quillworks/database/tenant'
import { isId } from '@quillworks/service-kit/ids'
import type { Logger } from '@quillworks/service-kit/logger'
import type { NatsConnection } from 'nats'
import type { OwnKey, OwnKeysOf } from '../models/own-keys.ts'
import type { KeyVault } from './key-vault.ts'
import { findKeys } from './provider-key.repository.ts'

/** Between the replicas of executions alone: the organization whose keys have changed. */
export const keysChangedSubject = 'qw-keys.changed'

const lifeMs = 5_000
const mostOrganizations = 1_000

/** What is remembered of keys on one replica. */
export interface OwnKeys {
  of: OwnKeysOf
  /** After a change's commit: forgets here at once, and tells the other replicas. */
  changed: (organizationId: string) => void
}

/**
 * Keeps the decrypted keys of organizations for 5 seconds, as it is with rights. A change drops them here at once and in
 * the other replicas by a message, whose loss costs those 5 seconds.
 */
export function createOwnKeys(input: {
  tenant: Database
  vault: KeyVault
  nats: Pick<NatsConnection, 'publish' | 'subscribe'>
  logger: Logger
  now?: () => number
}): OwnKeys {
  const { tenant, vault, nats, logger, now = () => performance.now() } = input
  const known = new Map<string, { until: number; keys: Promise<OwnKey[]> }>()

  async function read(organizationId: string): Promise<OwnKey[]> {
    const rows = await readAsTenant(tenant, { organizationId, userId: '' }, (tx) =>
      findKeys(tx, organizationId),
    )
    return rows.map((row) => {
      const { provider, baseUrl, version } = row
      return { provider, baseUrl, version, key: vault.open(row.ciphertext, row) }
    })
  }

  nats.subscribe(keysChangedSubject, {
    callback: (error, message) => {
      if (error) logger.warn({ err: error }, 'Changes of provider keys are not heard')
      else known.delete(message.string())
    },
  })

  return {
    of(organizationId) {
      if (!isId(organizationId)) return Promise.resolve([])
      const found = known.get(organizationId)
      if (found && found.until > now()) return found.keys
      const asked = { until: now() + lifeMs, keys: read(organizationId) }
      known.delete(organizationId)
      known.set(organizationId, asked)
      asked.keys.catch(() => {
        if (known.get(organizationId) === asked) known.delete(organizationId)
      })
      const oldest = known.keys().next()
      if (known.size > mostOrganizations && !oldest.done) known.delete(oldest.value)
      return asked.keys
    },
    changed(organizationId) {
      known.delete(organizationId)
      try {
        nats.publish(keysChangedSubject, organizationId)
      } catch (error) {
        logger.warn({ err: error }, 'Other replicas could not be told of a changed provider key')
      }
    },
  }
}
