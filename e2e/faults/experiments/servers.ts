import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresWire } from '../../support/postgres-wire.ts'
import { createRandom } from '../../support/random.ts'
import type { Arena, Experiment } from '../runner.ts'

/** Waits until every process says that it can serve; a violation where that takes longer than it may. */
async function untilReady(arena: Arena, withinMs: number): Promise<void> {
  const begun = performance.now()
  while (!(await arena.system.isReady())) {
    if (performance.now() - begun > withinMs) {
      arena.violations.push(`I11 not every process served ${withinMs} ms after healing`)
      return
    }
    await Bun.sleep(100)
  }
}

export const bouncePostgres: Experiment = {
  id: 'X05',
  title: 'Postgres stopped for up to two seconds, or its postmaster killed',
  counts: { short: 3, nightly: 50, release: 250 },
  run: async (arena) => {
    const { system, random } = arena
    const stop = arena.load()
    for (let number = 0; number < arena.count; number += 1) {
      await arena.calm(500, 2_000)
      const isKilled = number % 3 === 2
      const awayMs = isKilled ? 0 : random.between(0, 2_000)
      await arena.inject(isKilled ? 'kill -9 postmaster' : `Postgres away for ${awayMs} ms`, async () => {
        await (isKilled ? system.postgres.kill() : system.postgres.stop())
        await Bun.sleep(awayMs)
        await system.postgres.start()
        await untilReady(arena, 15_000)
      })
    }
    await stop()
  },
}

export const killNats: Experiment = {
  id: 'X10',
  title: 'kill -9 of NATS',
  counts: { short: 2, nightly: 50, release: 200 },
  run: async (arena) => {
    const { system, random } = arena
    const stop = arena.load()
    for (let number = 0; number < arena.count; number += 1) {
      await arena.calm(500, 1_500)
      const awayMs = random.between(0, 1_500)
      await arena.inject(`kill -9 NATS, away for ${awayMs} ms`, async () => {
        await system.natsServer.kill()
        await Bun.sleep(awayMs)
        await system.natsServer.start()
        await untilReady(arena, 10_000)
      })
    }
    await stop()
  },
}

/** The events of executions that the stream holds, as execution/revision. */
async function streamFacts(arena: Arena): Promise<Set<string>> {
  const manager = await arena.system.nats.jetstreamManager()
  const { state } = await manager.streams.info('EVENTS')
  const facts = new Set<string>()
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage('EVENTS', { seq }).catch(() => undefined)
    const event = message?.json<{ subject: string; sequence?: number }>()
    if (event?.sequence) facts.add(`${event.subject}/${event.sequence}`)
  }
  return facts
}

/** Every event is in the stream, whatever happened to its store. */
async function judgeStream(arena: Arena): Promise<void> {
  const until = performance.now() + 60_000
  for (;;) {
    const rows = await arena.system.sql<{ fact: string }[]>`
      select execution_id || '/' || revision as fact from executions.events`
    const facts = await streamFacts(arena).catch(() => new Set<string>())
    const missing = rows.filter(({ fact }) => !facts.has(fact))
    if (missing.length === 0) {
      arena.note(`the stream holds all ${rows.length} events`)
      return
    }
    if (performance.now() > until) {
      arena.violations.push(`I8 ${missing.length} of ${rows.length} events are not in the stream`)
      return
    }
    await Bun.sleep(1_000)
  }
}

export const natsAmnesia: Experiment = {
  id: 'X11',
  title: 'the store of NATS wiped, or an older copy of it restored',
  counts: { short: 2, nightly: 20, release: 40 },
  run: async (arena) => {
    const { system } = arena
    const { folder } = system.natsServer
    const store = join(folder, 'jetstream')
    const copy = join(folder, '../nats-copy')
    const stop = arena.load()
    for (let number = 0; number < arena.count; number += 1) {
      const isWiped = number % 2 === 0
      await arena.calm(500, 1_000)
      if (!isWiped) {
        await system.natsServer.stop()
        cpSync(store, copy, { recursive: true })
        await system.natsServer.start()
        await arena.calm(1_500, 2_500)
      }
      await arena.inject(isWiped ? 'store of NATS wiped' : 'older store of NATS restored', async () => {
        await system.natsServer.kill()
        rmSync(store, { recursive: true, force: true })
        if (!isWiped) cpSync(copy, store, { recursive: true })
        rmSync(copy, { recursive: true, force: true })
        await system.natsServer.start()
        await untilReady(arena, 10_000)
      })
    }
    await stop()
    await judgeStream(arena)
  },
}

const lostOneIn = 20

export const commitUnknown: Experiment = {
  id: 'X07',
  title: 'the answer to a commit lost with its connection, 1 in 20',
  counts: { short: 100, nightly: 2_000, release: 20_000 },
  run: async (arena) => {
    const { system, random } = arena
    let durable = 0
    let lost = 0
    const watchLink = (name: string) => {
      const wires = new Map<number, PostgresWire>()
      // Each process has its own sequence, so that the plan does not depend on which of them is faster.
      const own = createRandom(random.between(0, 2 ** 31))
      system.part(name).postgres.setIntercept((chunk, direction, connection) => {
        const wire = wires.get(connection.id) ?? new PostgresWire()
        wires.set(connection.id, wire)
        for (const event of wire.read(chunk, direction)) {
          if (event.kind !== 'write-durable') continue
          durable += 1
          if (own.next() >= 1 / lostOneIn) continue
          lost += 1
          const statement = event.statement.replaceAll(/\s+/g, ' ').slice(0, 60)
          // The server has committed, and nobody will be told.
          void arena.inject(
            `lost the answer of ${name} to ${statement}`,
            async () => {},
            async () => 1,
          )
          setTimeout(connection.reset, 1)
          return false
        }
        return true
      })
    }
    const names = [...system.parts.keys()].filter((name) => name !== 'gateway')
    for (const name of names) watchLink(name)
    // Connections that were open before were not followed from their first byte.
    await Promise.all(names.map((name) => system.part(name).process.respawn({})))
    const stop = arena.load({ concurrency: 16 })
    while (durable < arena.count) await Bun.sleep(50)
    for (const name of names) system.part(name).postgres.setIntercept(undefined)
    await stop()
    arena.note(`${durable} transactions, ${lost} answers lost`)
    if (lost === 0) arena.violations.push('No answer was lost.')
  },
}
