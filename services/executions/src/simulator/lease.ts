import type { LeaseOptions, LeaseStore } from '../worker/lease.ts'
import { request, type Link } from './link.ts'
import type { LeaseSession } from './tables.ts'

export interface SimulatedLease extends LeaseStore {
  /** The connection breaks: the database frees the lock, and the process hears of it. */
  cut: () => void
  /** The process is gone: the database frees the lock. */
  end: () => void
}

/** The lease of one process: its session lock ends with its connection, and the next request opens another one. */
export function simulatedLease(
  link: Link,
  { leaseMs, onCut }: Pick<LeaseOptions, 'leaseMs' | 'onCut'>,
): SimulatedLease {
  const { database, faults, scheduler } = link
  const process = scheduler.current
  let session: LeaseSession = { open: true }
  const said = (id: string) => ({
    now: database.now(),
    others: [...database.replicas.values()].filter(
      (each) => each.id !== id && each.expiresAt > database.now(),
    ).length,
  })
  const connected = () => {
    if (!session.open) session = { open: true }
    return session
  }
  const cut = () => {
    if (!session.open) return
    session.open = false
    scheduler.after(process, 1, onCut)
  }
  const ask = <T>(name: string, carryOut: () => T) => {
    const live = () => link.isLive(process)
    if (faults.happens('lease connection cut', 0.05, live)) cut()
    return request(link, name, carryOut)
  }
  return {
    register: (id) =>
      ask('register', () => {
        database.register(id, connected(), leaseMs)
        return said(id)
      }),
    renew: (id) =>
      ask('renew', () => {
        const row = database.replicas.get(id)
        const mine = connected()
        if (!row || (row.session !== mine && row.session.open)) return null
        row.session = mine
        row.expiresAt = database.now() + leaseMs
        return said(id)
      }),
    remove: (id) => ask('remove', () => void database.replicas.delete(id)),
    close: async () => {
      session.open = false
    },
    cut,
    end: () => {
      session.open = false
    },
  }
}
