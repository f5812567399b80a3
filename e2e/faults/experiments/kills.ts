import type { Arena, Experiment } from '../runner.ts'
import { attemptsInFlight, lookUntil, replicaOf } from '../look.ts'

const firstSuccessMs = 10_000

/** Kills one process and waits until it serves again (I11). */
async function kill(arena: Arena, name: string): Promise<void> {
  const { system, client, violations } = arena
  const { process } = system.part(name)
  const isEngine = name.startsWith('executions')
  const replica = isEngine ? await replicaOf(system, name) : undefined
  const live = isEngine
    ? () => (replica ? attemptsInFlight(system, replica) : Promise.resolve(0))
    : async () => (name === 'gateway' ? client.inFlight() + arena.watched.length : attemptsInFlight(system))
  await arena.inject(
    `kill -9 ${name}`,
    async () => {
      const starts = process.starts()
      const begun = performance.now()
      process.kill('SIGKILL')
      while (process.starts() === starts) await Bun.sleep(10)
      await process.ready(30_000).catch(() => undefined)
      const tookMs = performance.now() - begun
      if (tookMs > firstSuccessMs) violations.push(`I11 ${name} served again after ${Math.round(tookMs)} ms`)
      if (replica) await untilTakenOver(arena, replica, begun)
    },
    live,
  )
}

/** What the dead replica owned belongs to others within two leases. */
async function untilTakenOver(arena: Arena, replicaId: string, begun: number): Promise<void> {
  for (;;) {
    const rows = await lookUntil(
      arena.system,
      (sql) => sql`select 1 from executions.executions where replica_id = ${replicaId} limit 1`,
    )
    if (rows.length === 0) return
    if (performance.now() - begun > 2 * arena.system.leaseMs) {
      arena.violations.push(`I11 ${replicaId} still owned executions after two leases`)
      return
    }
    await Bun.sleep(50)
  }
}

export const killEach: Experiment = {
  id: 'X01',
  title: 'kill -9 of each service, again and again',
  counts: { short: 4, nightly: 300, release: 900 },
  run: async (arena) => {
    const stop = arena.load()
    const names = ['executions', 'gateway', 'executions-2', 'prompts']
    for (let number = 0; number < arena.count; number += 1) {
      await arena.calm(300, 1_500)
      await kill(arena, names[number % names.length] ?? 'executions')
    }
    await stop()
  },
}

export const killGateway: Experiment = {
  id: 'X23',
  title: 'the gateway killed under subscriptions',
  counts: { short: 1, nightly: 50, release: 200 },
  run: async (arena) => {
    const stop = arena.load({ kinds: ['prompt'], concurrency: 10 })
    for (let number = 0; number < arena.count; number += 1) {
      await arena.calm(500, 1_500)
      await kill(arena, 'gateway')
    }
    await stop()
  },
}

export const pauseWorker: Experiment = {
  id: 'X04',
  title: 'a replica stopped for two leases, then going on',
  counts: { short: 1, nightly: 50, release: 150 },
  run: async (arena) => {
    const { system } = arena
    const stop = arena.load()
    for (let number = 0; number < arena.count; number += 1) {
      await arena.calm(500, 1_500)
      const name = arena.random.pick(['executions', 'executions-2'])
      const replica = await replicaOf(system, name)
      await arena.inject(
        `SIGSTOP ${name} for ${2 * system.leaseMs} ms`,
        async () => {
          const { process } = system.part(name)
          process.kill('SIGSTOP')
          await Bun.sleep(2 * system.leaseMs)
          process.kill('SIGCONT')
          await process.ready(20_000)
        },
        () => (replica ? attemptsInFlight(system, replica) : Promise.resolve(0)),
      )
    }
    await stop()
  },
}
