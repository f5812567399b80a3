import type { StartExecution } from '../contract/commands.ts'
import type { RetryPolicy, StepSpec } from '../contract/plan.ts'
import { startExecutionSchema } from '../contract/commands.ts'
import type { StartRequest } from '../engine/start.ts'
import { newId } from '@quillworks/service-kit/ids'
import type { Random } from './random.ts'

/** What the outside world does when a step asks it: after `fails` retryable failures this is how it goes on. */
export interface Script {
  fails: number
  end: 'ok' | 'fatal' | 'exhaust' | 'hang' | 'bad content' | 'bad reply'
  latencyMs: number
  /** Whether the provider tells what a call has used. */
  tellsUsage: boolean
  /** A worker answers that it has accepted the work, promises to be heard of, and completes it later. */
  accepts: { promiseMs: number; beats: boolean } | null
  /** Nothing happens between two pieces of text for so long. */
  gapMs: number
}

export interface PlannedExecution {
  request: StartRequest
  scripts: Map<string, Script>
  /** Limits so short that faults may reach them, by step. */
  tight: Set<string>
}

const organizations = ['01990000-0000-7000-8000-00000000000a', '01990000-0000-7000-8000-00000000000b']
const projectId = '01990000-0000-7000-8000-0000000000c1'
const userId = '01990000-0000-7000-8000-0000000000d1'
const scopes = ['*']

/** The limit of steps whose world never answers. */
const hangingMs = 30_000

/** A random execution: its plan, and what the world will do to each of its steps. */
export function planExecution(random: Random, more: { large: boolean }): PlannedExecution {
  const organizationId = random.pick(organizations)
  const conversation = !more.large && random.chance(0.2)
  const scripts = new Map<string, Script>()
  const tight = new Set<string>()
  const steps = conversation
    ? [messageStep('message[0]')]
    : edges(random, more.large).map((after, index) =>
        step(random, { key: `s${index}`, after, organizationId, tight, large: more.large }),
      )
  for (const each of steps)
    if (each.kind !== 'template' && !conversation) scripts.set(each.key, script(random, each, tight))
  const plan = {
    version: 1 as const,
    steps,
    conversation,
    input: { name: 'Ada', count: 3 },
    deadlineMs: random.chance(0.2) ? random.int(1_000, 20_000) : 600_000,
  }
  const request: StartExecution = {
    id: newId(),
    kind: 'simulated',
    name: 'A simulated run',
    runAs: { organizationId, projectId, userId, scopes },
    plan,
    visibility: random.chance(0.5) ? 'private' : 'organization',
    ...(random.chance(0.4) ? { idempotency: { operation: 'run', key: newId(), requestHash: newId() } } : {}),
  }
  return { request: startExecutionSchema.parse(request), scripts, tight }
}

/** The steps before each step: a sequence, branches, diamonds, layers, or anything. */
function edges(random: Random, large: boolean): string[][] {
  const size = large ? random.int(50, 300) : random.int(1, 12)
  const shape = random.pick(['sequence', 'branches', 'diamonds', 'layers', 'any'] as const)
  return Array.from({ length: size }, (_, index) => {
    const before = (back: number) => (index >= back ? [`s${index - back}`] : [])
    if (index === 0) return []
    if (shape === 'sequence') return before(1)
    if (shape === 'branches') return index % 4 === 0 ? ['s0'] : before(1)
    if (shape === 'diamonds')
      return index % 3 === 0 ? [...before(1), ...before(2)] : before(((index - 1) % 3) + 1)
    if (shape === 'layers') {
      const layer = Math.floor(index / 8)
      return layer === 0
        ? []
        : [`s${(layer - 1) * 8 + (index % 8)}`, ...(index % 3 === 0 ? [`s${(layer - 1) * 8}`] : [])]
    }
    return Array.from({ length: Math.min(index, 3) }, () => `s${random.int(0, index - 1)}`).filter(() =>
      random.chance(0.4),
    )
  }).map((after) => [...new Set(after)])
}

function step(
  random: Random,
  given: { key: string; after: string[]; organizationId: string; tight: Set<string>; large: boolean },
): StepSpec {
  const { key, after, organizationId } = given
  if (random.chance(given.large ? 0.9 : 0.3)) {
    // In large plans only one of them: texts that hold each other twice would grow without end.
    const some = given.large ? after.slice(0, 1) : after
    const names = ['{{input.name}}', ...some.map((name) => `{{${name}}}`)]
    return { key, after, kind: 'template', input: { template: `${key}: ${names.join(' & ')}` } }
  }
  const limit = random.next()
  const timeoutMs =
    limit < 0.12 ? random.int(200, 4_000) : limit < 0.18 ? hangingMs : limit < 0.3 ? 3_600_000 : undefined
  if (limit < 0.12) given.tight.add(key)
  const common = {
    key,
    after,
    retry: retry(random),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
  if (random.chance(0.5)) return { ...common, kind: 'model', conversation: false, input: modelInput(key, '') }
  const subject = random.chance(0.5) ? `qw-act.worker.${organizationId}.desk` : 'qw-act.documents.write'
  return { ...common, kind: 'call', input: { subject, body: { asked: key } } }
}

function retry(random: Random): RetryPolicy {
  const delayMs = random.pick([0, 50, 1_000])
  return { maxAttempts: random.int(1, 5), delayMs, maxDelayMs: random.pick([delayMs, 5_000]) }
}

function messageStep(key: string): StepSpec {
  return {
    key,
    kind: 'model',
    after: [],
    conversation: true,
    retry: { maxAttempts: 3, delayMs: 500, maxDelayMs: 5_000 },
    input: modelInput('begin', 'Hello'),
  }
}

export function modelInput(body: string, message: string) {
  return { model: 'demo/writer', settings: {}, system: 'Be brief.', body, message, values: {} }
}

function script(
  random: Random,
  { key, kind, retry: policy, timeoutMs }: StepSpec,
  tight: Set<string>,
): Script {
  const most = policy?.maxAttempts ?? 3
  const accepts = kind === 'call' && random.chance(0.35)
  const stingy = accepts && random.chance(0.3)
  if (stingy) tight.add(key)
  const fate = random.next()
  // Without a limit of its own only the deadline would end it.
  if (timeoutMs === hangingMs)
    return { fails: 0, end: 'hang', latencyMs: 0, tellsUsage: true, gapMs: 0, accepts: null }
  const end =
    fate < 0.72
      ? 'ok'
      : fate < 0.8
        ? 'fatal'
        : fate < 0.86
          ? 'exhaust'
          : fate < 0.95
            ? 'bad reply'
            : 'bad content'
  return {
    fails: random.chance(0.35) ? random.int(0, most - 1) : 0,
    // A worker that nobody can take an answer from would tell it for ever.
    end: accepts && end === 'bad content' ? 'ok' : end,
    latencyMs: random.chance(0.8) ? random.between(1, 300) : random.between(300, 15_000),
    tellsUsage: random.chance(0.8),
    gapMs: random.between(0, 400),
    accepts: accepts
      ? { promiseMs: stingy ? random.between(500, 6_000) : 400_000, beats: random.chance(0.5) }
      : null,
  }
}

/** The script of a message that was sent later: any is as good as another, if only it is always the same. */
export function messageScript(executionId: string, stepKey: string): Script {
  let hash = 7
  for (const char of executionId + stepKey) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0
  const fate = hash % 10
  return {
    fails: fate === 1 ? 1 : fate === 2 ? 2 : 0,
    end: fate === 3 ? 'fatal' : fate === 4 ? 'exhaust' : 'ok',
    latencyMs: 20 + (hash % 900),
    tellsUsage: hash % 3 !== 0,
    gapMs: hash % 70,
    accepts: null,
  }
}
