import { ErrorCode, Events, NatsError, type NatsConnection } from 'nats'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler, SimulatedProcess } from './scheduler.ts'

type Callback = (error: null, message: BusMessage) => void

interface Subscriber {
  process: SimulatedProcess
  subject: string
  queue: string | undefined
  callback: Callback
}

interface BusMessage {
  string: () => string
  respond: (payload: string) => void
}

/** Who answers requests on subjects of a simulation, outside of the engine's own processes. */
export type Responder = (subject: string, payload: string, respond: (payload: string) => void) => boolean

/** Core NATS between simulated processes: at most once, in no certain order, and away at times. */
export class SimulatedBus {
  readonly #subscribers = new Set<Subscriber>()
  readonly #watchers = new Set<(connected: boolean) => void>()
  readonly #scheduler: Scheduler
  readonly #faults: Faults
  readonly #random: Random
  readonly #isLive: (process: SimulatedProcess) => boolean
  readonly #crash: (process: SimulatedProcess) => void
  readonly #respond: Responder
  #away = false

  constructor(options: {
    scheduler: Scheduler
    faults: Faults
    random: Random
    isLive: (process: SimulatedProcess) => boolean
    crash: (process: SimulatedProcess) => void
    respond: Responder
  }) {
    this.#scheduler = options.scheduler
    this.#faults = options.faults
    this.#random = options.random
    this.#isLive = options.isLive
    this.#crash = options.crash
    this.#respond = options.respond
  }

  get away(): boolean {
    return this.#away
  }

  set away(away: boolean) {
    if (this.#away === away) return
    this.#away = away
    for (const watcher of this.#watchers) watcher(!away)
  }

  /** The connection of the process that asks for it, as far as the engine uses one. */
  connection(): NatsConnection {
    const process = this.#scheduler.current
    const connection = {
      isClosed: () => false,
      publish: (subject: string, payload: string) => this.#publish(process, subject, payload),
      subscribe: (subject: string, options: { queue?: string; callback: Callback }) => {
        const subscriber = { process, subject, queue: options.queue, callback: options.callback }
        this.#subscribers.add(subscriber)
        return { unsubscribe: () => this.#subscribers.delete(subscriber) }
      },
      request: (subject: string, payload: string, { timeout }: { timeout: number }) =>
        this.#request(process, subject, payload, timeout),
      status: () => this.#statusOf(process),
    }
    return connection as unknown as NatsConnection
  }

  forget(process: SimulatedProcess): void {
    for (const each of this.#subscribers) if (each.process === process) this.#subscribers.delete(each)
  }

  #publish(from: SimulatedProcess, subject: string, payload: string): void {
    const live = () => this.#isLive(from)
    if (this.#faults.happens('crash at a publish', 0.002, live)) return this.#crash(from)
    if (this.#away || subject.endsWith('.text')) return
    const all = [...this.#subscribers].filter((each) => each.subject === subject && each.process.alive)
    const queues = Map.groupBy(
      all.filter((each) => each.queue !== undefined),
      (each) => each.queue,
    )
    const chosen = all.filter((each) => each.queue === undefined)
    for (const members of queues.values()) chosen.push(this.#random.pick(members))
    for (const { process, callback } of chosen) {
      if (this.#faults.happens('publish lost', 0.2, live)) continue
      const times = this.#faults.happens('publish duplicated', 0.2, live) ? 2 : 1
      for (let sent = 0; sent < times; sent += 1) {
        const late = this.#faults.happens('publish delayed', 0.2, live) ? this.#random.between(10, 5_000) : 0
        const message = { string: () => payload, respond: () => undefined }
        this.#scheduler.after(process, this.#random.between(0.1, 2) + late, () => callback(null, message))
      }
    }
  }

  #request(process: SimulatedProcess, subject: string, payload: string, timeout: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let settled = false
      const once = (delay: number, settle: () => void) =>
        this.#scheduler.after(process, delay, () => {
          if (settled) return
          settled = true
          settle()
        })
      const limit = once(timeout, () => reject(new NatsError('timeout', ErrorCode.Timeout)))
      if (this.#away) return
      this.#scheduler.after(this.#scheduler.world, this.#random.between(0.1, 2), () => {
        const known = this.#respond(subject, payload, (reply) => {
          once(this.#random.between(0.1, 2), () => {
            limit.canceled = true
            resolve({ data: new TextEncoder().encode(reply) })
          })
        })
        if (!known) once(0.2, () => reject(new NatsError('no responders', ErrorCode.NoResponders)))
      })
    })
  }

  /** What the client tells of its connection. */
  async *#statusOf(process: SimulatedProcess): AsyncGenerator<{ type: Events }> {
    const told: Events[] = []
    let wake: () => void = () => {}
    this.#watchers.add((connected) => {
      this.#scheduler.after(process, 20, () => {
        told.push(connected ? Events.Reconnect : Events.Disconnect)
        wake()
      })
    })
    for (;;) {
      const next = told.shift()
      if (next) yield { type: next }
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }
}
