import { isFinal } from '../contract/status.ts'
import { Agenda } from './agenda.ts'
import { readyPureSteps } from './decide-advance.ts'
import { decide, decideOn } from './decide.ts'
import { created, done, failed, startedAt, step, tick } from './engine.fixture.ts'
import type { EngineEvent } from './events.ts'
import { evolveAll, startFold } from './evolve.ts'
import type { EngineInput } from './inputs.ts'
import type { ExecutionState } from './state.ts'

/** Numbers from 0 to 1 that a seed repeats. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** One whole life of a random plan under random inputs; the same seed gives the same. */
export function randomRun(
  seed: number,
  /** Told what deciding on the fold gives, and deciding on the state. */
  looked?: (onFold: EngineEvent[], onState: EngineEvent[]) => void,
): {
  state: ExecutionState
  events: EngineEvent[]
  perDecision: EngineEvent[][]
} {
  const random = randomFrom(seed)
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  const size = 1 + Math.floor(random() * 8)
  const plan = Array.from({ length: size }, (_, n) => {
    const after = Array.from({ length: n }, (_, m) => `s${m}`).filter(() => random() < 0.3)
    return step(`s${n}`, {
      after,
      kind: pick(['template', 'model', 'model', 'call'] as const) ?? 'model',
      ...(random() < 0.2 ? { timeoutMs: 4_000 } : {}),
    })
  })
  const events: EngineEvent[] = [created(plan, { conversation: random() < 0.2 })]
  let state = evolveAll(null, events)
  const perDecision = [events.slice()]
  const fold = startFold(state)
  let now = startedAt
  for (let turn = 0; turn < 200 && !isFinal(state.status); turn += 1) {
    now += Math.floor(random() * 3_000)
    const input = nextInput(state, { random, pick, now })
    const facts = decide(state, input, now)
    looked?.(decideOn(fold, input, now), facts)
    if (facts.length === 0) continue
    events.push(...facts)
    perDecision.push(facts)
    state = evolveAll(state, facts)
  }
  return { state, events, perDecision }
}

function nextInput(
  state: ExecutionState,
  {
    random,
    pick,
    now,
  }: { random: () => number; pick: <T>(items: readonly T[]) => T | undefined; now: number },
): EngineInput {
  const pure = pick(readyPureSteps(state, new Agenda(state.steps)))
  if (pure) return { ...done(pure.key, pure.attempt + 1), usage: 'none' } as EngineInput
  const open = pick([...state.steps.values()].filter((one) => one.open))
  const chance = random()
  if (chance < 0.02) return { type: 'command', command: { type: 'cancel', reason: null } }
  if (chance < 0.08) return { type: 'takeover' }
  if (!open || chance < 0.3) return tick
  if (chance < 0.35) return { type: 'command', command: { type: 'stop_step', stepKey: open.key } }
  if (chance < 0.45)
    return { type: 'first_token', stepKey: open.key, attempt: open.attempt, timeToFirstTokenMs: 5 }
  if (open.kind === 'call' && chance < 0.9) {
    const { key: stepKey, attempt } = open
    const until = now + Math.floor(random() * 5_000)
    if (chance < 0.6) return { type: 'attempt_accepted', stepKey, attempt, until }
    if (chance < 0.75) return { type: 'heartbeat', stepKey, attempt, until }
    return { type: 'attempt_completed', stepKey, attempt, failure: null, random: random() }
  }
  if (chance < 0.7)
    return failed(open.key, open.attempt, { random: random(), usage: random() < 0.5 ? 'none' : 'unknown' })
  return done(open.key, open.attempt)
}
