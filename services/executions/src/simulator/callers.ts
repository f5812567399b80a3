import { newId } from '@quillworks/service-kit/ids'
import { isOutage } from '@quillworks/service-kit/outages'
import type { z } from 'zod'
import { completeAttempt } from '../activities/complete.ts'
import { heartbeat } from '../activities/heartbeat.ts'
import { commandExecution } from '../activities/command.ts'
import { retryExecution } from '../activities/retry.ts'
import { startExecution, type StartTools } from '../activities/start.ts'
import { completeSchema, heartbeatSchema } from '../contract/calls.ts'
import type { commandSchema } from '../contract/commands.ts'
import { isFinal } from '../contract/status.ts'
import type { SimulatedDatabase } from './database.ts'
import type { Faults } from './faults.ts'
import type { ToldByWorker } from './outside.ts'
import { modelInput, type PlannedExecution } from './plans.ts'
import type { Random } from './random.ts'
import type { ReplicaProcess } from './replica-process.ts'
import { epoch } from './runtime.ts'
import type { ExecutionRow } from './tables.ts'
import type { Scheduler } from './scheduler.ts'

type Command = z.output<typeof commandSchema>['command']

/** An execution that somebody was told exists. */
export interface Acknowledged {
  planned: PlannedExecution
  id: string
  /** Ids under which it was asked for; at most one of them may exist. */
  askedAs: string[]
}

interface Refused {
  ok: false
  code: string
}

interface CallersOptions {
  scheduler: Scheduler
  database: SimulatedDatabase
  faults: Faults
  random: Random
  replicas: () => ReplicaProcess[]
  busAway: () => boolean
  trace: (text: () => string) => void
}

const always = () => true

/** People and programs: they start executions, change their minds, talk on, and ask again until they are answered. */
export class Callers {
  readonly acknowledged: Acknowledged[] = []
  /** Executions by every id that was asked for. */
  readonly planned = new Map<string, PlannedExecution>()
  readonly unexpected: string[] = []
  /** Completions that were answered with success. */
  readonly completed: { executionId: string; stepKey: string; attempt: number; result: string }[] = []
  busy = 0
  readonly #options: CallersOptions

  constructor(options: CallersOptions) {
    this.#options = options
  }

  /** Starts an execution after `delayMs`, and then does with it what people do. */
  start(planned: PlannedExecution, delayMs: number): void {
    const { random } = this.#options
    const { request } = planned
    const askedAs = [request.id]
    this.planned.set(request.id, planned)
    this.busy += 1
    this.#later(delayMs, () =>
      this.#untilAnswered(
        (tools) => {
          // A caller that died and came back knows its key, but makes a new id.
          const id = request.idempotency && random.chance(0.3) ? newId() : request.id
          if (!askedAs.includes(id)) askedAs.push(id)
          this.planned.set(id, planned)
          return startExecution(tools, { ...request, id })
        },
        (reply) => {
          this.busy -= 1
          if (!reply.ok) return void this.unexpected.push(`a start was answered ${reply.code}`)
          this.#follow({ planned, id: reply.id, askedAs })
        },
      ),
    )
  }

  #follow(acknowledged: Acknowledged): void {
    this.acknowledged.push(acknowledged)
    const { random } = this.#options
    const { planned, id } = acknowledged
    const { steps, conversation } = planned.request.plan
    const soon = () => (random.chance(0.5) ? random.between(0, 200) : random.between(0, 20_000))
    if (conversation) return this.#converse(id, random.int(1, 5))
    if (random.chance(0.15)) this.#send(id, soon(), { type: 'cancel' })
    if (random.chance(0.15)) this.#send(id, soon(), { type: 'stop_step', stepKey: random.pick(steps).key })
    if (random.chance(0.08)) this.#send(id, soon(), { type: 'rename', name: 'Renamed' })
    if (random.chance(0.25)) this.#retryOnceEnded(acknowledged)
  }

  /** An execution changes hands, and somebody wants something of it at this very moment. */
  interrupt({ id, state, steps, fence }: ExecutionRow): void {
    const { random, faults } = this.#options
    if (!faults.active || fence < 2 || state.conversation || !random.chance(0.15)) return
    const delayMs = random.between(0, 4)
    const wish = random.next()
    if (wish < 0.4) this.#send(id, delayMs, { type: 'rename', name: 'Taken over' })
    else if (wish < 0.8)
      this.#send(id, delayMs, { type: 'stop_step', stepKey: random.pick([...steps.keys()]) })
    else this.#send(id, delayMs, { type: 'cancel' })
  }

  /** A worker tells of accepted work until it is answered; what was answered counts for ever. */
  complete({ call: { executionId, stepKey, attempt }, result, beat }: ToldByWorker): void {
    this.busy += 1
    this.#untilAnswered(
      (tools) =>
        result
          ? completeAttempt({ ...tools, secret: '' }, completeSchema.parse(result))
          : heartbeat({ ...tools, secret: '' }, heartbeatSchema.parse(beat)),
      (reply) => {
        this.busy -= 1
        if (reply.ok && result) this.completed.push({ executionId, stepKey, attempt, result: result.result })
        else if (!reply.ok && !expectedRefusals.has(reply.code))
          this.unexpected.push(`${result ? 'a completion' : 'a heartbeat'} was answered ${reply.code}`)
      },
    )
  }

  /** Sends messages while the conversation waits for them, and ends it or leaves it. */
  #converse(id: string, turns: number): void {
    const { random, database } = this.#options
    this.busy += 1
    let left = turns
    const look = () => {
      const row = database.executions.get(id)
      if (!row || isFinal(row.state.status)) return void (this.busy -= 1)
      if (row.state.status === 'running' && random.chance(0.05)) {
        const open = [...row.steps.values()].find((step) => !isFinal(step.status))
        if (open)
          this.#send(
            id,
            0,
            random.chance(0.8) ? { type: 'stop_step', stepKey: open.key } : { type: 'cancel' },
          )
      }
      if (row.state.status === 'waiting' && row.commandSeq === row.consumedSeq) {
        if (left === 0) {
          this.busy -= 1
          if (random.chance(0.5)) this.#send(id, 0, { type: 'close' })
          return
        }
        left -= 1
        const asked = random.pick([...row.steps.keys()])
        if (random.chance(0.3))
          this.#send(id, 0, {
            type: 'regenerate',
            stepKey: asked,
            ...(random.chance(0.3) ? { model: 'demo/other' } : {}),
          })
        else this.#send(id, 0, { type: 'message', input: modelInput('', `message ${left}`) })
      }
      this.#later(random.between(200, 1_500), look)
    }
    look()
  }

  #send(id: string, delayMs: number, command: Command): void {
    const planned = this.planned.get(id)
    if (!planned) return
    const { runAs } = planned.request
    const idempotencyKey = newId()
    this.busy += 1
    this.#later(delayMs, () =>
      this.#untilAnswered(
        (tools) =>
          commandExecution(tools, { executionId: id, runAs, role: 'member', command, idempotencyKey }),
        (reply) => {
          this.busy -= 1
          this.#options.trace(
            () => `${command.type} of ${id.slice(-3)} was answered ${reply.ok ? 'ok' : reply.code}`,
          )
          if (!reply.ok && !expectedRefusals.has(reply.code))
            this.unexpected.push(`${command.type} was answered ${reply.code}`)
        },
      ),
    )
  }

  #retryOnceEnded({ planned, id }: Acknowledged): void {
    const { database, faults } = this.#options
    const status = database.executions.get(id)?.state.status
    if (!faults.active || status === 'succeeded') return
    if (status === undefined || !isFinal(status))
      return this.#later(1_000, () => this.#retryOnceEnded({ planned, id, askedAs: [] }))
    const key = newId()
    this.busy += 1
    this.#untilAnswered(
      (tools) =>
        retryExecution(tools, {
          executionId: id,
          runAs: planned.request.runAs,
          trigger: 'manual',
          idempotencyKey: key,
        }),
      (reply) => {
        this.busy -= 1
        if (!reply.ok) return void this.unexpected.push(`a retry was answered ${reply.code}`)
        this.planned.set(reply.id, planned)
        this.acknowledged.push({ planned, id: reply.id, askedAs: [reply.id] })
      },
    )
  }

  #later(delayMs: number, run: () => void): void {
    const { scheduler } = this.#options
    scheduler.after(scheduler.world, delayMs, run)
  }

  /** Asks any replica, again and again; several may be asked at once, and only the first answer is heard. */
  #untilAnswered<Reply extends { ok: boolean }>(
    ask: (tools: StartTools) => Promise<Reply>,
    hear: (reply: Reply | Refused) => void,
  ): void {
    const { scheduler, random, faults, replicas, busAway } = this.#options
    let answered = false
    const once = () => {
      const serving = replicas().filter(({ ready, process }) => ready && process.alive)
      if (serving.length === 0 || busAway()) return
      const chosen = random.pick(serving)
      scheduler.after(chosen.process, random.between(0.1, 2), () => {
        const { storage, worker, replica } = chosen
        ask({ storage, worker, now: () => replica.clock.now() }).then(said, (error: unknown) => {
          if (isOutage(error)) return
          said({ ok: false, code: codeOf(error) })
        })
      })
    }
    const said = (reply: Reply | Refused) => {
      if (faults.happens('start answer lost', 0.1, always)) return
      this.#later(random.between(0.1, 2), () => {
        if (answered) return
        answered = true
        hear(reply)
      })
    }
    const again = () => {
      if (answered) return
      once()
      if (faults.happens('start duplicated', 0.2, always)) once()
      this.#later(2_000, again)
    }
    again()
  }
}

const expectedRefusals = new Set([
  'execution.ended',
  'step.ended',
  'execution.busy',
  'execution.not_found',
  'step.attempt_ended',
  'input.invalid',
])

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : `internal: ${String(error)}`
}

/** Milliseconds of the database's clock. */
export const databaseNow = (scheduler: Scheduler): number => epoch + scheduler.now
