import type { StepKind } from '../contract/plan.ts'
import type { EngineEvent } from './events.ts'
import { decide } from './decide.ts'
import { evolveAll } from './evolve.ts'
import type { EngineInput } from './inputs.ts'
import { inputRef, type ExecutionHeader, type ExecutionState, type StepPlan } from './state.ts'

export const startedAt = 1_800_000_000_000

function header(more: Partial<ExecutionHeader> = {}): ExecutionHeader {
  return {
    id: '01990000-0000-7000-8000-000000000001',
    organizationId: '01990000-0000-7000-8000-00000000000a',
    projectId: '01990000-0000-7000-8000-00000000000b',
    ownerId: '01990000-0000-7000-8000-00000000000c',
    visibility: 'private',
    kind: 'test',
    name: 'A test',
    track: true,
    trigger: 'manual',
    source: null,
    derivedFrom: null,
    planVersion: 1,
    conversation: false,
    deadlineMs: 300_000,
    ...more,
  }
}

export function step(key: string, more: Partial<StepPlan> & { kind?: StepKind } = {}): StepPlan {
  return {
    key,
    kind: 'model',
    name: null,
    after: [],
    retry: { maxAttempts: 2, delayMs: 1_000, maxDelayMs: 10_000 },
    timeoutMs: null,
    conversation: false,
    replaces: null,
    model: 'demo/writer',
    inputRef: inputRef(key),
    ...more,
  }
}

export function created(steps: StepPlan[], more: Partial<ExecutionHeader> = {}): EngineEvent {
  return { type: 'created', at: startedAt, header: header(more), steps, taken: [] }
}

/** A run by hand: inputs at seconds after the start, with the facts that each brought. */
export function play(
  steps: StepPlan[],
  inputs: [seconds: number, input: EngineInput][],
  more: Partial<ExecutionHeader> = {},
): { state: ExecutionState; facts: string[]; last: EngineEvent[] } {
  let state = evolveAll(null, [created(steps, more)])
  let last: EngineEvent[] = []
  const facts: string[] = []
  for (const [seconds, input] of inputs) {
    last = decide(state, input, startedAt + seconds * 1_000)
    if (last.length > 0) state = evolveAll(state, last)
    facts.push(...last.map((event) => ('stepKey' in event ? `${event.type} ${event.stepKey}` : event.type)))
  }
  return { state, facts, last }
}

export const spent = { inputTokens: 10, outputTokens: 5, cachedTokens: 0, costNanoUsd: '100' }

export const done = (stepKey: string, attempt = 1): EngineInput => ({
  type: 'attempt_succeeded',
  stepKey,
  attempt,
  usage: spent,
  finishReason: 'stop',
})

export const failed = (stepKey: string, attempt = 1, more: object = {}): EngineInput => ({
  type: 'attempt_failed',
  stepKey,
  attempt,
  error: { code: 'model.overloaded', message: 'Busy.' },
  retryable: true,
  usage: 'unknown',
  random: 0.5,
  ...more,
})

export const tick: EngineInput = { type: 'tick' }
