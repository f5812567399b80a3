import { type FaultSystem } from '../support/fault-system.ts'
import { createRandom, type Random } from '../support/random.ts'
import { audit, dump } from './audit.ts'
import { createClient, type Client } from './client.ts'
import type { Job, JobKind, JobTools } from './jobs.ts'
import { carryOut, newJob } from './jobs.ts'
import { attemptsInFlight, lookUntil } from './look.ts'
import { judgeJobs, judgeWatched, type Injection } from './oracle.ts'
import { watch, type Watched } from './watcher.ts'

/** What an experiment is given. */
export interface Arena {
  system: FaultSystem
  client: Client
  random: Random
  tools: JobTools
  count: number
  jobs: Job[]
  watched: Watched[]
  violations: string[]
  /** Keeps so many jobs in flight until it is called. */
  load: (options?: { concurrency?: number; kinds?: JobKind[] }) => () => Promise<void>
  /** Waits until there is live work, makes the fault, and notes both. */
  inject: (
    name: string,
    fault: () => Promise<void>,
    live?: () => Promise<number>,
    deaths?: number,
  ) => Promise<void>
  note: (text: string) => void
  /** Lets the load go on for a moment between two faults. */
  calm: (fromMs: number, toMs: number) => Promise<void>
}

export interface Experiment {
  id: string
  title: string
  /** How many faults: in `npm test`, each night, before a release. */
  counts: { short: number; nightly: number; release: number }
  run: (arena: Arena) => Promise<void>
}

export interface Outcome {
  id: string
  seed: number
  injections: number
  hits: number
  operations: number
  violations: string[]
  seconds: number
}

const everyKind: JobKind[] = ['prompt', 'chain', 'chain', 'conversation']
const settleMs = 120_000
const stillMs = 60_000

/** Waits until every job has ended; without any progress for a minute, or after two, says what hangs. */
async function settle(system: FaultSystem, jobs: Job[], running: Promise<unknown>): Promise<string[]> {
  let isDone = false
  void running.finally(() => (isDone = true))
  const begun = performance.now()
  let movedAt = begun
  let last = ''
  while (!isDone) {
    const [row] = await lookUntil(
      system,
      (sql) => sql<{ events: string }[]>`select count(*)::text as events from executions.events`,
    )
    const now = performance.now()
    const state = `${row?.events} ${jobs.filter(({ endedAt }) => endedAt !== undefined).length}`
    if (state !== last) movedAt = now
    last = state
    if (now - movedAt > stillMs || now - begun > settleMs) {
      const open = jobs.filter(({ endedAt }) => endedAt === undefined)
      console.log(await dump(system))
      return open.map((job) => `not terminal in time: ${job.marker} ${job.kind} ${job.executionId}`)
    }
    await Bun.sleep(200)
  }
  return []
}

async function preparePrompt(client: Client): Promise<string> {
  const { createPrompt } = await client.askUntilAnswered<{ createPrompt: { id: string } }>(
    'mutation($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Faults', body: 'Repeat {{job}}', model: 'openai/gpt-4.1-mini' } },
  )
  return createPrompt.id
}

/** Runs one experiment under its seed, heals, judges, and says in one line what happened. */
export async function runExperiment(
  system: FaultSystem,
  experiment: Experiment,
  options: { seed: number; count: number; isVerbose?: boolean },
): Promise<Outcome> {
  const begun = performance.now()
  const client = createClient(system)
  const random = createRandom(options.seed)
  const promptId = await preparePrompt(client)
  system.models.script({ times: 0, chunkDelayMs: 12 })
  const jobs: Job[] = []
  const watched: Watched[] = []
  const injections: Injection[] = []
  const violations: string[] = []
  const rounds: Promise<unknown>[] = []
  const stopWatching = new AbortController()
  // Jobs draw from a sequence of their own, so that the plan of faults depends on the seed alone.
  const tools = { system, client, promptId, random: createRandom(options.seed + 1) }
  const note = (text: string) => {
    if (options.isVerbose) console.log(`  ${((performance.now() - begun) / 1000).toFixed(1)} s ${text}`)
  }

  const arena: Arena = {
    system,
    client,
    random,
    tools,
    count: options.count,
    jobs,
    watched,
    violations,
    note,
    load: ({ concurrency = 12, kinds = everyKind } = {}) => {
      let isOn = true
      const lane = async () => {
        while (isOn) {
          const job = newJob(tools.random.pick(kinds), jobs.length)
          job.marker = `${experiment.id}-${options.seed}-${jobs.length}`
          jobs.push(job)
          const isWatched = job.kind === 'prompt' && watched.length < 40
          const carried = carryOut(tools, job)
          if (isWatched) {
            while (job.executionId === undefined && job.endedAt === undefined) await Bun.sleep(5)
            if (job.executionId) watched.push(watch(client, job, job.executionId, stopWatching.signal))
          }
          await carried.catch((error: unknown) => {
            job.endedAt = performance.now()
            violations.push(`I12 ${job.marker} (${job.kind}): ${String(error)}`)
          })
        }
      }
      const lanes = Promise.all(Array.from({ length: concurrency }, lane))
      rounds.push(lanes)
      return async () => {
        isOn = false
        violations.push(...(await settle(system, jobs, lanes)))
      }
    },
    inject: async (name, fault, live = () => attemptsInFlight(system), deaths = 1) => {
      const giveUpAt = performance.now() + 20_000
      let alive = await live()
      while (alive === 0 && performance.now() < giveUpAt) {
        await Bun.sleep(10)
        alive = await live()
      }
      const injection = {
        number: injections.length + 1,
        name,
        at: Date.now(),
        healedAt: Infinity,
        live: alive,
        deaths,
      }
      injections.push(injection)
      await fault()
      injection.healedAt = Date.now()
      note(
        `fault ${injection.number}: ${name}, ${alive} live, healed after ${injection.healedAt - injection.at} ms`,
      )
    },
    calm: (fromMs, toMs) => Bun.sleep(random.between(fromMs, toMs)),
  }

  let failure: string | undefined
  try {
    await experiment.run(arena)
    await Promise.race([Promise.all(watched.map(({ finished }) => finished)), Bun.sleep(30_000)])
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
    violations.push(`The experiment broke: ${failure}`)
  }
  for (const { job, open } of watched) {
    if (open.size > 0)
      violations.push(`I7 ${job.executionId}: a client still waits for ${[...open].join(' and ')}`)
  }
  stopWatching.abort()
  violations.push(
    ...(await judgeJobs(
      system,
      jobs.filter(({ executionId }) => executionId),
      injections,
    )),
  )
  violations.push(...(await judgeWatched(system, watched)))
  violations.push(...(await audit(system)))
  if (client.longestMs() > 30_000) violations.push(`I12 a request took ${Math.round(client.longestMs())} ms`)
  const hits = injections.filter(({ live }) => live > 0).length
  if (injections.length === 0 || hits < 0.8 * injections.length)
    violations.push(`Only ${hits} of ${injections.length} injections hit live work.`)
  return {
    id: experiment.id,
    seed: options.seed,
    injections: injections.length,
    hits,
    operations: jobs.filter(({ endedAt }) => endedAt !== undefined).length,
    violations,
    seconds: (performance.now() - begun) / 1000,
  }
}
