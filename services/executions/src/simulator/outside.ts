import { stepCallSchema, type Complete, type Heartbeat, type StepCall } from '../contract/calls.ts'
import type { AttemptUsage, KnownUsage } from '../engine/usage.ts'
import type { CallModel, ModelCall, ModelResult } from '../models/call-model.ts'
import { ModelError } from '../models/model.errors.ts'
import type { StepContext } from '../worker/handlers/handler.ts'
import { untilAbort } from '../worker/until-abort.ts'
import { badContent } from './database.ts'
import type { Faults } from './faults.ts'
import type { Script } from './plans.ts'
import type { Random } from './random.ts'
import { epoch } from './runtime.ts'
import type { Scheduler, SimulatedProcess } from './scheduler.ts'
import type { OutsideCall } from './witness.ts'

/** A call as whoever was called has it in their books. */
export interface LedgerEntry {
  executionId: string
  stepKey: string
  attempt: number
  fence: number
  at: number
  /** What was spent; `none` for calls of workers. */
  spent: AttemptUsage
  /** When the process that called heard the end, which process that was, and whether the end said what was spent. */
  told: { at: number; by: SimulatedProcess; known: boolean } | null
}

export interface OutsideOptions {
  scheduler: Scheduler
  faults: Faults
  random: Random
  scriptOf: (executionId: string, stepKey: string) => Script
  isLive: (process: SimulatedProcess) => boolean
  crash: (process: SimulatedProcess) => void
  /** Somebody begins an outside effect. */
  onCall: (call: OutsideCall) => void
  trace: (text: () => string) => void
  /** A worker tells how accepted work goes or has ended, until somebody answers. */
  complete: (told: ToldByWorker) => void
}

/** What a worker says of work that it has accepted. */
export interface ToldByWorker {
  call: StepCall
  result?: Complete
  beat?: Heartbeat
}

type WorkerReply =
  | { nonsense: true }
  | { ok: true; output: unknown }
  | { ok: false; code: string; message: string; retryable: boolean }

const nonsense = { code: 'step.bad_reply', message: 'No.', retryable: false }

const always = () => true

/** The world that steps call: a provider of models, and workers that answer calls. Both keep a ledger. */
export class Outside {
  readonly ledger: LedgerEntry[] = []
  readonly #failures = new Map<string, number>()
  readonly #options: OutsideOptions

  constructor(options: OutsideOptions) {
    this.#options = options
  }

  /** The provider, as one attempt calls it. */
  model({ state, step, attempt, fence }: StepContext): CallModel {
    const { scheduler, faults, random } = this.#options
    return async (call) => {
      const { current: process } = scheduler
      const live = () => this.#options.isLive(process)
      if (faults.happens('crash at an outside call', 0.01, live)) {
        this.#options.crash(process)
        return new Promise(() => {})
      }
      if (faults.happens('provider left alone', 0.05, live))
        throw new ModelError('model.circuit_open', 'Left alone.', {
          retryable: true,
          retryAfterMs: random.int(0, 3_000),
        })
      const where = { executionId: state.id, stepKey: step.key, attempt }
      this.#options.onCall({ ...where, kind: 'model' })
      const script = this.#options.scriptOf(state.id, step.key)
      const text = answerText(call.request)
      const usage: KnownUsage = {
        inputTokens: 10 + text.length,
        outputTokens: attempt + 3,
        cachedTokens: 0,
        costNanoUsd: random.chance(0.9) ? String(1_000 + attempt) : null,
      }
      const entry: LedgerEntry = { ...where, fence, at: scheduler.now, spent: usage, told: null }
      this.ledger.push(entry)
      this.#options.trace(() => `calls the model for ${step.key}#${attempt} of ${state.id.slice(-3)}`)
      const tell = () => {
        this.#options.trace(() => `hears the end of ${step.key}#${attempt} of ${state.id.slice(-3)}`)
        entry.told = { at: scheduler.now, by: process, known: script.tellsUsage }
        return script.tellsUsage
      }
      // Refused before any work was done: nothing was spent.
      const refused = () => {
        entry.spent = 'none'
      }
      return this.#converse(call, script, { text, usage, tell, refused, key: `${state.id} ${step.key}` })
    }
  }

  async #converse(
    call: ModelCall,
    script: Script,
    {
      text,
      usage,
      tell,
      refused,
      key,
    }: { text: string; usage: KnownUsage; tell: () => boolean; refused: () => void; key: string },
  ): Promise<ModelResult> {
    const { faults, random } = this.#options
    const { signal } = call
    const { costNanoUsd, ...tokens } = usage
    const known = { usage: tokens, costNanoUsd: costNanoUsd === null ? null : BigInt(costNanoUsd) }
    const broken = (error: ModelError) => (tell() ? Object.assign(error, known) : error)
    const late = faults.happens('provider slow', 0.1, always) ? random.between(100, 20_000) : 0
    await untilAbort(signal, script.latencyMs + late)
    if (script.end === 'hang') await untilAbort(signal, 10_000_000)
    if (signal.aborted) throw broken(new ModelError('model.canceled', 'Stopped.', { retryable: false }))
    const failed = this.#fails(key, script)
    if (failed === 'internal') throw new Error('A mistake of our own')
    if (failed === 'retryable')
      throw broken(
        new ModelError('model.overloaded', 'Busy.', { retryable: true, retryAfterMs: random.int(0, 500) }),
      )
    if (failed === 'fatal') {
      refused()
      throw new ModelError('model.invalid_request', 'No.', { retryable: false })
    }
    const middle = text.length >> 1
    call.onFirstToken()
    call.onText(text.slice(0, middle))
    await untilAbort(signal, script.gapMs)
    if (signal.aborted) throw broken(new ModelError('model.canceled', 'Stopped.', { retryable: false }))
    call.onText(text.slice(middle))
    const output = script.end === 'bad content' ? badContent : text
    const nothing = { usage: null, costNanoUsd: null }
    return { text: output, finishReason: 'stop', ...(tell() ? known : nothing) }
  }

  /** What a call comes to, by the step's script: its first failures, and then its end. */
  #fails(key: string, script: Script): 'internal' | 'retryable' | 'fatal' | null {
    const failures = this.#failures.get(key) ?? 0
    this.#failures.set(key, failures + 1)
    if (failures < script.fails || script.end === 'exhaust') return 'retryable'
    if (script.end === 'fatal') return 'fatal'
    return script.end === 'bad reply' ? 'internal' : null
  }

  /** A worker that answers a call; false where nobody serves the subject. */
  answer(payload: string, respond: (payload: string) => void): boolean {
    const { scheduler, faults, random } = this.#options
    const call = stepCallSchema.parse(JSON.parse(payload))
    const { executionId, stepKey, attempt, fence } = call
    if (faults.happens('worker silent', 0.1, always)) return random.chance(0.5)
    const ours = call.identity !== undefined
    if (ours && faults.happens('service unavailable', 0.1, always)) {
      respond(JSON.stringify({ ok: false, code: 'service.unavailable', message: 'Later.', retryable: true }))
      return true
    }
    this.#options.onCall({ executionId, stepKey, attempt, kind: 'call' })
    this.ledger.push({ executionId, stepKey, attempt, fence, at: scheduler.now, spent: 'none', told: null })
    const script = this.#options.scriptOf(executionId, stepKey)
    if (script.end === 'hang') return true
    if (script.accepts) {
      this.#accept(call, script, script.accepts, respond)
      return true
    }
    const lost = faults.happens('worker answer lost', 0.1, always)
    const times = faults.happens('worker answer duplicated', 0.2, always) ? 2 : 1
    const reply = JSON.stringify(this.#replyTo(call, script))
    for (let sent = 0; sent < times && !lost; sent += 1)
      scheduler.after(scheduler.world, script.latencyMs + sent * random.between(0, 500), () => respond(reply))
    return true
  }

  /** Takes the work over: it is done without the engine, and told of when it is done. */
  #accept(
    call: StepCall,
    script: Script,
    { promiseMs, beats }: NonNullable<Script['accepts']>,
    respond: (payload: string) => void,
  ): void {
    const { scheduler, complete } = this.#options
    const { token } = call
    const until = (ms: number) => new Date(epoch + scheduler.now + ms).toISOString()
    respond(JSON.stringify({ ok: true, accepted: { until: until(promiseMs) } }))
    const doneAt = scheduler.now + script.latencyMs * 3
    const beat = () => {
      if (scheduler.now >= doneAt) return
      complete({ call, beat: { token, until: until(promiseMs) } })
      scheduler.after(scheduler.world, promiseMs / 2, beat)
    }
    if (beats) scheduler.after(scheduler.world, promiseMs / 2, beat)
    scheduler.after(scheduler.world, doneAt - scheduler.now, () => {
      const reply = this.#replyTo(call, script)
      if ('nonsense' in reply) complete({ call, result: { token, result: 'failed', ...nonsense } })
      else if (reply.ok) complete({ call, result: { token, result: 'done', output: reply.output } })
      else {
        const { code, message, retryable } = reply
        complete({ call, result: { token, result: 'failed', code, message, retryable } })
      }
    })
  }

  #replyTo(call: StepCall, script: Script): WorkerReply {
    const failed = this.#fails(`${call.executionId} ${call.stepKey}`, script)
    if (failed === 'internal') return { nonsense: true }
    if (failed !== null)
      return { ok: false, code: `desk.${failed}`, message: 'No.', retryable: failed === 'retryable' }
    return {
      ok: true,
      output: script.end === 'bad content' ? badContent : callOutput(call.body, call.inputs),
    }
  }
}

/** What the simulated model says to a request: anything that differs in the request differs in the answer. */
export function answerText(request: {
  model: string
  system: string
  messages: { role: string; content: string }[]
}): string {
  return `answer ${digest([request.model, request.system, ...request.messages.flatMap(({ role, content }) => [role, content])])}`
}

/** What the simulated worker makes of its body and inputs. */
export function callOutput(body: unknown, inputs: Record<string, unknown>): string {
  return `made ${digest([JSON.stringify(body), ...Object.entries(inputs).flatMap(([key, value]) => [key, JSON.stringify(value)])])}`
}

function digest(parts: string[]): string {
  let one = 0x811c9dc5
  for (const part of parts) {
    for (let index = 0; index < part.length; index += 1)
      one = Math.imul(one ^ part.charCodeAt(index), 0x01000193)
    one = Math.imul(one ^ 0x1f, 0x01000193)
  }
  return (one >>> 0).toString(36)
}
