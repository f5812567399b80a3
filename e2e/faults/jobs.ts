import { newId } from '@quillworks/service-kit/ids'
import type { FaultSystem } from '../support/fault-system.ts'
import type { Random } from '../support/random.ts'
import type { Client } from './client.ts'
import { lookUntil } from './look.ts'

export type JobKind = 'prompt' | 'chain' | 'conversation'

/** One piece of work with the results that it must have, computed from its inputs alone. */
export interface Job {
  marker: string
  kind: JobKind
  executionId: string | undefined
  /** The output of every step, by key. */
  expected: Map<string, string>
  endsAs: string
  startedAt: number
  endedAt: number | undefined
}

export interface JobTools {
  system: FaultSystem
  client: Client
  promptId: string
  random: Random
}

const words =
  'amber birch cedar delta ember fjord grove heath inlet jetty knoll larch marsh north ocean'.split(' ')

export function newJob(kind: JobKind, number: number): Job {
  return {
    marker: `job-${number}`,
    kind,
    executionId: undefined,
    expected: new Map(),
    endsAs: 'succeeded',
    startedAt: performance.now(),
    endedAt: undefined,
  }
}

function sentence(random: Random, marker: string): string {
  return [marker, ...Array.from({ length: random.between(15, 45) }, () => random.pick(words))].join(' ')
}

const said = (text: string) => `You said: ${text}`
const model = 'openai/gpt-4.1-mini'

/** Sends an activity's request until it is answered. */
export async function request(
  system: FaultSystem,
  subject: string,
  body: object,
): Promise<{ ok: boolean; code?: string; id?: string }> {
  const until = performance.now() + 120_000
  for (;;) {
    try {
      const answer = await system.nats.request(subject, JSON.stringify(body), { timeout: 2_000 })
      const reply = answer.json<{ ok: boolean; code?: string; id?: string }>()
      if (reply.ok || !['service.unavailable', 'internal'].includes(reply.code ?? '')) return reply
    } catch (error) {
      if (performance.now() > until) throw error
    }
    await Bun.sleep(100)
  }
}

export function runAs(system: FaultSystem): object {
  return { ...system.workspace, scopes: ['*'] }
}

async function runPrompt(tools: JobTools, job: Job, chat: boolean): Promise<void> {
  const text = sentence(tools.random, job.marker)
  job.expected.set('message[0]', said(`Repeat ${text}`))
  const { runPrompt: started } = await tools.client.askUntilAnswered<{ runPrompt: { id: string } }>(
    'mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input: { promptId: tools.promptId, model, chat, values: { job: text }, idempotencyKey: newId() } },
  )
  job.executionId = started.id
}

/** Waits until an execution has come to one of these statuses with that many steps done. */
export async function untilStatus(
  system: FaultSystem,
  id: string,
  statuses: string[],
  done = 0,
): Promise<string> {
  for (;;) {
    const [row] = await lookUntil(
      system,
      (sql) => sql<{ status: string; done: number }[]>`
        select status, progress_done as done from executions.executions where id = ${id}`,
    )
    const isOver = ['succeeded', 'failed', 'canceled', 'timed_out'].includes(row?.status ?? '')
    if (row && (isOver || (statuses.includes(row.status) && row.done >= done))) return row.status
    await Bun.sleep(100)
  }
}

async function converse(tools: JobTools, job: Job): Promise<void> {
  const { system, client } = tools
  await runPrompt(tools, job, true)
  const executionId = job.executionId ?? ''
  for (const turn of [1, 2]) {
    if ((await untilStatus(system, executionId, ['waiting'], turn)) !== 'waiting') return
    const message = sentence(tools.random, `${job.marker}-${turn}`)
    job.expected.set(`message[${turn}]`, said(message))
    await client.askUntilAnswered(
      'mutation($input: SendMessageInput!) { sendMessage(input: $input) { id } }',
      { input: { executionId, message, values: { job: job.marker }, idempotencyKey: newId() } },
    )
  }
  if ((await untilStatus(system, executionId, ['waiting'], 3)) !== 'waiting') return
  const command = { type: 'close' }
  const body = { executionId, runAs: runAs(system), idempotencyKey: newId(), command }
  await request(system, 'qw-act.executions.command', body)
}

/** Template, call, template, model and a second call beside it, and all put together at the end. */
export function chainPlan(tools: Pick<JobTools, 'system' | 'random'>, job: Job): object {
  const { random, system } = tools
  const call = (key: string, after: string[]) => {
    const echo = `${job.marker}/${key}`
    job.expected.set(key, `<${echo}>`)
    return {
      key,
      kind: 'call',
      after,
      retry: { maxAttempts: 5, delayMs: 100, maxDelayMs: 500 },
      input: {
        subject: system.worker.subject,
        body: { echo, delayMs: random.between(20, 600), failFirst: random.next() < 0.15 },
      },
    }
  }
  const template = (key: string, text: string, after: string[], value: string) => {
    job.expected.set(key, value)
    return { key, kind: 'template', after, input: { template: text } }
  }
  const body = sentence(random, job.marker)
  job.expected.set('m3', said(body))
  const seed = `${job.marker}-${random.between(0, 1e6)}`
  const steps = [
    template('t0', 'a {{input.seed}}', [], `a ${seed}`),
    call('c1', ['t0']),
    template('t2', '{{t0}}/{{c1}}', ['t0', 'c1'], `a ${seed}/<${job.marker}/c1>`),
    { key: 'm3', kind: 'model', after: ['t2'], input: { model, body } },
    call('c4', ['t2']),
    template(
      't5',
      '{{t2}}|{{m3}}|{{c4}}',
      ['t2', 'm3', 'c4'],
      `a ${seed}/<${job.marker}/c1>|${said(body)}|<${job.marker}/c4>`,
    ),
  ]
  return { version: 1, steps, input: { seed } }
}

/** Starts a plan under an id of the caller's; an answer means that it is durable. */
export async function startPlan(system: FaultSystem, job: Job, plan: object): Promise<void> {
  const id = newId()
  const reply = await request(system, 'qw-act.executions.start', {
    id,
    kind: 'workflow',
    name: job.marker,
    runAs: runAs(system),
    plan,
  })
  if (!reply.ok) throw new Error(`A start was refused: ${reply.code}`)
  job.executionId = id
}

/** Carries out one job, from its start to its end. */
export async function carryOut(tools: JobTools, job: Job): Promise<void> {
  if (job.kind === 'prompt') await runPrompt(tools, job, false)
  if (job.kind === 'conversation') await converse(tools, job)
  if (job.kind === 'chain') await startPlan(tools.system, job, chainPlan(tools, job))
  await untilStatus(tools.system, job.executionId ?? '', [])
  job.endedAt = performance.now()
}
