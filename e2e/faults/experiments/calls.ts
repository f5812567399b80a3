import { newId } from '@quillworks/service-kit/ids'
import { chainPlan, newJob, request, runAs, startPlan, untilStatus, type Job } from '../jobs.ts'
import { lookUntil } from '../look.ts'
import type { Arena, Experiment } from '../runner.ts'

interface ModelFault {
  name: string
  fault: object
  /** The code of the failed attempt; undefined where the fault only costs the usage. */
  code: string | undefined
  /** Ends the run, since trying again would not help. */
  isFinal?: boolean
  isUsageKnown?: boolean
}

const faults: ModelFault[] = [
  { name: 'cut', fault: { kind: 'cut', afterChunk: 4 }, code: 'model.truncated' },
  { name: 'cut before anything', fault: { kind: 'cut', afterChunk: 0 }, code: 'model.truncated' },
  { name: 'reset', fault: { kind: 'cut', afterChunk: 4, reset: true }, code: 'model.' },
  { name: 'stall', fault: { kind: 'stall', afterChunk: 3 }, code: 'model.stalled' },
  { name: 'error inside a 200', fault: { kind: 'error_event', afterChunk: 2 }, code: 'model.overloaded' },
  { name: 'malformed', fault: { kind: 'malformed', afterChunk: 2 }, code: 'model.' },
  { name: 'no usage', fault: { kind: 'no_usage' }, code: undefined },
  { name: '503', fault: { kind: 'status', status: 503 }, code: 'model.' },
  {
    name: '429 of nonsense',
    fault: { kind: 'status', status: 429, retryAfter: '-5' },
    code: 'model.rate_limited',
  },
  { name: '401', fault: { kind: 'status', status: 401 }, code: 'model.refused_key', isFinal: true },
  { name: 'half a tool call', fault: { kind: 'half_tool_call' }, code: 'model.' },
]

interface AttemptRow {
  number: number
  status: string
  error_code: string | null
  usage_state: string
  input_tokens: number | null
  output_tokens: number | null
}

/** One run whose first call fails in that way: its attempts say so, and its text is whole. */
async function runWithFault(arena: Arena, fault: ModelFault, number: number): Promise<void> {
  const { system, violations } = arena
  const name = `faulty-${number}`
  const job = newJob('chain', arena.jobs.length)
  arena.jobs.push(job)
  const body = `${arena.random.between(0, 1e9)} what ${fault.name} does to an answer of a few words`
  const answer = `You said: ${body}`
  system.models.script({ model: name, fault: fault.fault as never, chunkDelayMs: 5 })
  if (!fault.isFinal) job.expected.set('m', answer)
  job.endsAs = fault.isFinal ? 'failed' : 'succeeded'
  const model = `${number % 2 === 0 ? 'openai' : 'anthropic'}/${name}`
  const retry = { maxAttempts: 4, delayMs: 50, maxDelayMs: 200 }
  const plan = { version: 1, steps: [{ key: 'm', kind: 'model', retry, input: { model, body } }] }
  await arena.inject(
    `model: ${fault.name}`,
    async () => {
      await startPlan(system, job, plan)
      await untilStatus(system, job.executionId ?? '', [])
      job.endedAt = performance.now()
    },
    async () => 1,
  )
  const attempts = await lookUntil(
    system,
    (sql) => sql<AttemptRow[]>`
      select number, status, error_code, usage_state, input_tokens::int, output_tokens::int from executions.attempts
      where execution_id = ${job.executionId ?? ''} order by number`,
  )
  const seen = `${fault.name} (${model}): ${JSON.stringify(attempts)}`
  const [first] = attempts
  const last = attempts.at(-1)
  if (fault.code === undefined) {
    if (first?.status !== 'succeeded' || first.usage_state !== 'unknown') violations.push(`I14 ${seen}`)
  } else if (first?.status !== 'failed' || !first.error_code?.startsWith(fault.code))
    violations.push(`I3 ${seen}`)
  // What the ledger says was spent for the answer that counts.
  const spent = { input: body.split(' ').length, output: answer.split(' ').length }
  if (fault.code !== undefined && !fault.isFinal) {
    if (last?.input_tokens !== spent.input || last.output_tokens !== spent.output)
      violations.push(`I14 ${seen}, where ${JSON.stringify(spent)} was spent`)
  }
}

export const modelFaults: Experiment = {
  id: 'X18',
  title: 'every way in which a provider fails',
  counts: { short: 1, nightly: 50, release: 200 },
  run: async (arena) => {
    const stop = arena.load({ concurrency: 4 })
    for (let round = 0; round < arena.count; round += 1) {
      for (const [index, fault] of faults.entries()) {
        await runWithFault(arena, fault, round * faults.length + index)
      }
    }
    await stop()
  },
}

const ends = ['succeeded', 'canceled']

/** Cancels at a random time; afterwards there is one end, and nothing was begun after the cancel was acknowledged. */
async function cancelOne(arena: Arena): Promise<void> {
  const { system, tools, violations, random } = arena
  const job = newJob('chain', arena.jobs.length)
  job.marker = `X19-${arena.jobs.length}`
  await startPlan(system, job, chainPlan(tools, job))
  arena.jobs.push(job)
  const executionId = job.executionId ?? ''
  await Bun.sleep(random.between(0, 600))
  let acceptedAt: number | undefined
  await arena.inject(
    'cancel',
    async () => {
      const body = {
        executionId,
        runAs: runAs(system),
        idempotencyKey: newId(),
        command: { type: 'cancel' },
      }
      const reply = await request(system, 'qw-act.executions.command', body)
      if (reply.ok) acceptedAt = Date.now()
      job.endsAs = await untilStatus(system, executionId, [])
      job.endedAt = performance.now()
      if (!ends.includes(job.endsAs)) violations.push(`I3 ${executionId} ended as ${job.endsAs}`)
      if (reply.ok && job.endsAs !== 'canceled')
        violations.push(`X19 ${executionId} ${job.endsAs} though its cancel was acknowledged`)
    },
    async () => {
      const [row] = await lookUntil(
        system,
        (sql) => sql<{ live: number }[]>`select count(*)::int as live from executions.executions
          where id = ${executionId} and status in ('queued', 'running')`,
      )
      return row?.live ?? 0
    },
  )
  if (acceptedAt !== undefined) await judgeAfterCancel(arena, executionId, acceptedAt)
}

/** Nothing was begun after the cancel was acknowledged at `acceptedAt` (Unix milliseconds). */
async function judgeAfterCancel(arena: Arena, executionId: string, acceptedAt: number): Promise<void> {
  const { system, violations } = arena
  const [late] = await lookUntil(
    system,
    (sql) => sql<{ count: number }[]>`
      select count(*)::int as count from executions.attempts where execution_id = ${executionId}
        and started_at > ${new Date(acceptedAt)}`,
  )
  if ((late?.count ?? 0) > 0)
    violations.push(`X19 ${late?.count} attempts of ${executionId} began after its cancel`)
  const calls = system.worker.calls.filter(
    (call) => call.executionId === executionId && call.at > acceptedAt + 250,
  )
  if (calls.length > 0) violations.push(`X19 ${executionId} called its worker after its cancel`)
}

export const cancelRace: Experiment = {
  id: 'X19',
  title: 'cancels at random times',
  counts: { short: 30, nightly: 1_000, release: 5_000 },
  run: async (arena) => {
    let left = arena.count
    const lane = async () => {
      while (left-- > 0) await cancelOne(arena)
    }
    await Promise.all(Array.from({ length: 10 }, lane))
  },
}

/** Sends the same start, command and event again, one to five times and out of order. */
export const duplicateStorm: Experiment = {
  id: 'X14',
  title: 'each start, wake-up and event one to five times, shuffled',
  counts: { short: 200, nightly: 20_000, release: 100_000 },
  run: async (arena) => {
    const { system, tools, random, violations } = arena
    let sent = 0
    const one = async () => {
      const job: Job = newJob('chain', arena.jobs.length)
      job.marker = `X14-${arena.jobs.length}`
      arena.jobs.push(job)
      const id = newId()
      const start = {
        id,
        kind: 'workflow',
        name: job.marker,
        runAs: runAs(system),
        plan: chainPlan(tools, job),
      }
      const again = random.between(2, 5)
      await arena.inject(
        `${again} times start of ${job.marker}`,
        async () => {
          const replies = await Promise.all(
            Array.from({ length: again }, () => request(system, 'qw-act.executions.start', start)),
          )
          sent += again
          if (replies.some((reply) => !reply.ok || reply.id !== id))
            violations.push(`I1 starts of ${id} were answered ${JSON.stringify(replies)}`)
          job.executionId = id
          const wakes = random.between(5, 20)
          for (let wake = 0; wake < wakes; wake += 1) {
            system.nats.publish('qw-wake.executions', id)
            if (wake % 4 === 0) await Bun.sleep(random.between(0, 100))
          }
          sent += wakes
          await untilStatus(system, id, [])
          job.endedAt = performance.now()
        },
        async () => 1,
      )
    }
    const lane = async () => {
      while (sent < arena.count) await one()
    }
    const stop = arena.load({ concurrency: 4, kinds: ['prompt', 'conversation'] })
    const replay = replayEvents(arena, () => sent >= arena.count)
    await Promise.all([...Array.from({ length: 8 }, lane), replay])
    await stop()
    arena.note(`${sent} duplicates sent`)
  },
}

/** Publishes events that were published before, shuffled: subscribers and services see them again, late. */
async function replayEvents({ system, random }: Arena, isOver: () => boolean): Promise<void> {
  const seen: { subject: string; data: Uint8Array }[] = []
  const subscription = system.nats.subscribe(`qw.${system.workspace.organizationId}.>`, {
    callback: (error, message) => {
      if (!error && seen.length < 2_000 && !message.headers?.get('x-replayed'))
        seen.push({ subject: message.subject, data: message.data })
    },
  })
  while (!isOver()) {
    await Bun.sleep(20)
    const old = seen.splice(random.between(0, Math.max(0, seen.length - 1)), 1)[0]
    const times = random.between(1, 5)
    for (let count = 0; old && count < times; count += 1) system.nats.publish(old.subject, old.data)
    if (seen.length > 500) seen.splice(0, 250)
  }
  subscription.unsubscribe()
}
