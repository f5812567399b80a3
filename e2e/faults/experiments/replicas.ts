import { join } from 'node:path'
import { newJob, startPlan, untilStatus } from '../jobs.ts'
import { attemptsInFlight, lookUntil, replicaOf } from '../look.ts'
import type { Arena, Experiment } from '../runner.ts'

const preloads = join(import.meta.dirname, '../preload')

/** A step that ends its processes: three deaths, then it is set aside, and nothing else suffers. */
async function poison(arena: Arena, kind: 'exit' | 'memory' | 'hang'): Promise<void> {
  const { system, violations } = arena
  const job = newJob('chain', arena.jobs.length)
  arena.jobs.push(job)
  job.endsAs = 'failed'
  const plan = {
    version: 1,
    steps: [
      {
        key: 'p',
        kind: 'call',
        input: { subject: system.worker.subject, body: { echo: 'p', poison: kind } },
      },
    ],
  }
  const carryOut = async () => {
    await startPlan(system, job, plan)
    await untilStatus(system, job.executionId ?? '', [])
    job.endedAt = performance.now()
    for (const { process } of system.parts.values()) await process.ready(30_000)
  }
  await arena.inject(`poison: ${kind}`, carryOut, undefined, 3)
  const [row] = await lookUntil(
    system,
    (sql) => sql<{ code: string; deaths: number; tries: number }[]>`
      select error_code as code, deaths, (select count(*)::int from executions.attempts where execution_id = e.id) as tries
      from executions.executions e where id = ${job.executionId ?? ''}`,
  )
  arena.note(`${kind}: ${JSON.stringify(row)}`)
  if (row?.code !== 'execution.quarantined')
    violations.push(`X17 ${kind} ended as ${JSON.stringify(row)}, not quarantined`)
  if ((row?.tries ?? 0) > 3) violations.push(`X17 ${kind} was tried ${row?.tries} times`)
}

const engines = ['executions', 'executions-2']

export const poisonSteps: Experiment = {
  id: 'X17',
  title: 'steps that exit, eat memory or hang',
  counts: { short: 1, nightly: 30, release: 60 },
  run: async (arena) => {
    const { system } = arena
    for (const name of engines)
      await system.part(name).process.respawn({ preload: join(preloads, 'poison.ts') })
    const stop = arena.load({ concurrency: 6 })
    for (let number = 0; number < arena.count; number += 1) {
      await arena.calm(300, 800)
      await poison(arena, (['exit', 'memory', 'hang'] as const)[number % 3] ?? 'exit')
    }
    await stop()
    for (const name of engines) await system.part(name).process.respawn({})
  },
}

const hourMs = 3_600_000

/** A replica whose wall clock is wrong keeps its lease, and writes times by the database's clock. */
export const wrongClock: Experiment = {
  id: 'X25',
  title: "a replica's wall clock off by an hour and a day, and stepping",
  counts: { short: 1, nightly: 20, release: 40 },
  run: async (arena) => {
    const { system, violations } = arena
    const name = 'executions-2'
    const { process } = system.part(name)
    const stop = arena.load()
    for (let number = 0; number < arena.count; number += 1) {
      const plans = [
        [hourMs, 0],
        [-24 * hourMs, 24 * hourMs, -hourMs],
      ]
      const shifts = plans[number % plans.length] ?? [0]
      await process.respawn({
        preload: join(preloads, 'clock.ts'),
        env: { FAULT_CLOCK_SHIFTS_MS: shifts.join(',') },
      })
      let replica = await replicaOf(system, name)
      for (let tries = 0; !replica && tries < 50; tries += 1) {
        await Bun.sleep(100)
        replica = await replicaOf(system, name)
      }
      const known = replica
      await arena.inject(
        `clock of ${name} wrong by ${shifts.join(', ')} ms`,
        () => Bun.sleep(2 * system.leaseMs),
        () => (known ? attemptsInFlight(system, known) : Promise.resolve(0)),
      )
      if ((await replicaOf(system, name)) !== known) violations.push(`X25 ${name} lost its lease`)
    }
    await stop()
    await process.respawn({})
    const ids = arena.jobs.flatMap(({ executionId }) => executionId ?? [])
    const wrong = await lookUntil(
      system,
      (sql) => sql<{ count: number }[]>`
        select count(*)::int as count from executions.events e join executions.executions x on x.id = e.execution_id
        where e.execution_id = any(${ids}::uuid[])
          and (e.at > now() + interval '2 seconds' or e.at < now() - interval '1 hour')`,
    )
    if ((wrong[0]?.count ?? 0) > 0) violations.push(`X25 ${wrong[0]?.count} events at a wrong time`)
  },
}
