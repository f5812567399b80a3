import { isId } from '@quillworks/service-kit/ids'
import type { Logger } from '@quillworks/service-kit/logger'
import type { NatsConnection } from 'nats'

const lifeMs = 5_000
/** A database that is away for a moment changes no settings: until then those that were read last are used. */
const longestLifeMs = 30_000
const mostOrganizations = 1_000

/** What is remembered on one replica of something that organizations set. */
export interface OwnSettings<T> {
  of: (organizationId: string) => Promise<readonly T[]>
  /** After a change's commit: forgets here at once, and tells the other replicas. */
  changed: (organizationId: string) => void
}

export interface OwnSettingsInput<T> {
  read: (organizationId: string) => Promise<readonly T[]>
  nats: Pick<NatsConnection, 'publish' | 'subscribe'>
  logger: Logger
  now?: () => number
}

interface Known<T> {
  readAt: number
  settings: Promise<readonly T[]>
}

/**
 * Keeps what organizations have set for 5 seconds, as it is with rights. A change drops it here at once and in the other
 * replicas by a message on `subject`, whose loss costs those 5 seconds. `what` names it in the log: `provider keys`.
 */
export function createOwnSettings<T>(
  input: OwnSettingsInput<T> & { subject: string; what: string },
): OwnSettings<T> {
  const { read, nats, logger, subject, what, now = () => performance.now() } = input
  const known = new Map<string, Known<T>>()

  function ask(organizationId: string, last: Known<T> | undefined): Known<T> {
    const settings = read(organizationId).catch((error: unknown) => {
      // Changed meanwhile, or too long ago: better no call than one with a key that is not theirs any more.
      if (known.get(organizationId) !== asked) throw error
      if (last && now() - last.readAt < longestLifeMs) {
        known.set(organizationId, { ...last })
        return last.settings
      }
      known.delete(organizationId)
      throw error
    })
    const asked: Known<T> = { readAt: now(), settings }
    return asked
  }

  nats.subscribe(subject, {
    callback: (error, message) => {
      if (error) logger.warn({ err: error }, `Changes of ${what} are not heard`)
      else known.delete(message.string())
    },
  })

  return {
    of(organizationId) {
      if (!isId(organizationId)) return Promise.resolve([])
      const last = known.get(organizationId)
      if (last && now() - last.readAt < lifeMs) return last.settings
      const asked = ask(organizationId, last)
      known.delete(organizationId)
      known.set(organizationId, asked)
      const oldest = known.keys().next()
      if (known.size > mostOrganizations && !oldest.done) known.delete(oldest.value)
      return asked.settings
    },
    changed(organizationId) {
      known.delete(organizationId)
      try {
        nats.publish(subject, organizationId)
      } catch (error) {
        logger.warn({ err: error }, `Other replicas could not be told of changed ${what}`)
      }
    },
  }
}
