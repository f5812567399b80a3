import type { Database } from '@quillworks/database/connect'
import type { Logger } from '@quillworks/service-kit/logger'
import { eq } from 'drizzle-orm'
import { users } from '../accounts/accounts.table.ts'
import { auditPerson } from './sign-ins.ts'

/** A try to sign in that was refused. */
export interface FailedSignIn {
  /** As it was typed or claimed; it is kept only where it is an account's. */
  email: string
  method: 'password' | 'oidc'
  clientAddress?: string | undefined
}

/** Tries at one account, as one entry tells them. */
export interface FailedTries {
  userId: string
  email: string
  method: FailedSignIn['method']
  times: number
  /** From where, each once. */
  addresses: string[]
}

export interface FailedSignIns {
  /** Returns at once: the time of the answer must not tell which accounts exist. */
  note: (failed: FailedSignIn) => void
  /** Writes what is held back, and settles when all is written. */
  flush: () => Promise<void>
}

const windowMs = 60_000
const addressesKept = 10

/**
 * Notes the first failed sign-in of an account at once, and holds back those of the minute that follows, so that a flood of
 * them makes one entry a minute. What cannot be written is told with the next.
 */
export function createFailedSignIns(input: {
  find: (email: string) => Promise<{ userId: string; email: string } | undefined>
  write: (tries: FailedTries) => Promise<void>
  logger: Pick<Logger, 'warn'>
  /** Another clock, for tests. */
  later?: (act: () => void, milliseconds: number) => void
}): FailedSignIns {
  const later = input.later ?? ((act, milliseconds) => void setTimeout(act, milliseconds).unref())
  /** What is held back, by account and method; zero times where the minute has brought no more. */
  const held = new Map<string, FailedTries>()
  const working = new Set<Promise<void>>()

  const work = (act: () => Promise<void>) => {
    const done = act()
      .catch((err: unknown) => input.logger.warn({ err }, 'A failed sign-in could not be noted'))
      .finally(() => working.delete(done))
    working.add(done)
  }

  function open(tries: FailedTries): void {
    held.set(keyOf(tries), tries)
    later(() => end(tries), windowMs)
  }

  function hold(tries: FailedTries): void {
    const more = held.get(keyOf(tries))
    if (!more) return open(tries)
    more.times += tries.times
    more.addresses = [...new Set([...more.addresses, ...tries.addresses])].slice(0, addressesKept)
  }

  async function write(tries: FailedTries): Promise<void> {
    try {
      await input.write(tries)
    } catch (error) {
      hold(tries)
      throw error
    }
  }

  function end(tries: FailedTries): void {
    if (held.get(keyOf(tries)) !== tries) return
    held.delete(keyOf(tries))
    if (tries.times === 0) return
    open({ ...tries, times: 0, addresses: [] })
    work(() => write(tries))
  }

  async function count({ email, method, clientAddress }: FailedSignIn): Promise<void> {
    const account = await input.find(email)
    if (!account) return
    const tries = { ...account, method, times: 1, addresses: clientAddress ? [clientAddress] : [] }
    if (held.has(keyOf(tries))) return hold(tries)
    open({ ...tries, times: 0, addresses: [] })
    await write(tries)
  }

  return {
    note: (failed) => work(() => count(failed)),
    flush: async () => {
      await Promise.all(working)
      const left = [...held.values()].filter(({ times }) => times > 0)
      held.clear()
      for (const tries of left) work(() => write(tries))
      await Promise.all(working)
    },
  }
}

const keyOf = ({ userId, method }: FailedTries) => `${userId} ${method}`

/** Finds and writes them in the database: an entry in the log of each organization that the account belongs to. */
export function failedSignInsIn(database: Database) {
  return {
    async find(email: string) {
      const [account] = await database.run(({ orm }) =>
        orm
          .select({ userId: users.id, email: users.email })
          .from(users)
          .where(eq(users.email, email.toLowerCase())),
      )
      return account
    },
    write({ userId, email, method, times, addresses }: FailedTries) {
      const person = { userId, clientAddress: addresses[0] }
      const details = {
        method,
        ...(times > 1 && { times }),
        ...(addresses.length > 1 && { addresses }),
      }
      return auditPerson(database, person, { action: 'user.sign_in_failed', name: email, details })
    },
  }
}
