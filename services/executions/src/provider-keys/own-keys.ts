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
/** A database that is away for a moment changes no keys: until then those that were read last are used. */
const longestLifeMs = 30_000
const mostOrganizations = 1_000

/** What is remembered of keys on one replica. */
export interface OwnKeys {
  of: OwnKeysOf
  /** After a change's commit: forgets here at once, and tells the other replicas. */
  changed: (organizationId: string) => void
}

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

interface Known {
  readAt: number
  keys: Promise<readonly OwnKey[]>
}

/**
 * Keeps the decrypted keys of organizations for 5 seconds, as it is with rights. A change drops them here at once and in
 * the other replicas by a message, whose loss costs those 5 seconds.
 */
export function createOwnKeys(input: {
  read: OwnKeysOf
  nats: Pick<NatsConnection, 'publish' | 'subscribe'>
  logger: Logger
  now?: () => number
}): OwnKeys {
  const { read, nats, logger, now = () => performance.now() } = input
  const known = new Map<string, Known>()

  function ask(organizationId: string, last: Known | undefined): Known {
    const keys = read(organizationId).catch((error: unknown) => {
      // Changed meanwhile, or too long ago: better no call than one with a key that is not theirs any more.
      if (known.get(organizationId) !== asked) throw error
      if (last && now() - last.readAt < longestLifeMs) {
        known.set(organizationId, { ...last })
        return last.keys
      }
      known.delete(organizationId)
      throw error
    })
    const asked: Known = { readAt: now(), keys }
    return asked
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
      const last = known.get(organizationId)
      if (last && now() - last.readAt < lifeMs) return last.keys
      const asked = ask(organizationId, last)
      known.delete(organizationId)
      known.set(organizationId, asked)
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
