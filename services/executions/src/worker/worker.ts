import type { Logger } from '@quillworks/service-kit/logger'
import type { NatsConnection, Subscription } from 'nats'
import type { EngineInput } from '../engine/inputs.ts'
import type { EngineStorage, LoadedExecution } from '../engine/storage.ts'
import { TextStreams } from '../live/text-streams.ts'
import type { Handlers } from './attempt-runner.ts'
import { ExecutionActor } from './execution-actor.ts'
import { deathsBeforeQuarantine, firstInput } from './first-input.ts'
import { GroupCommit } from './group-commit.ts'
import { Places } from './places.ts'
import type { SoloRunner } from './solo-runner.ts'
import type { Replica } from './replica.ts'

/** Says that an execution is due or has a new command; whoever misses it finds it by polling. */
const wakeSubject = 'qw-wake.executions'

/** A start that this replica carries on with: as it was stored, or to be read first; undefined when it is not ours. */
export type Owned = LoadedExecution | 'unread' | undefined

export interface WorkerOptions {
  storage: EngineStorage
  replica: Replica
  nats: NatsConnection
  handlers: Handlers
  logger: Logger
  /** Executions owned at once. */
  capacity: number
  perOrganization: number
  pollMs: number
  /** How often the text of a running attempt is stored. */
  partialMs: number
  drainMs: number
  pureStepsPerCommit: number
  /** Called when executions of the dead were freed, whose events may have been left. */
  onFreed: () => void
  random?: () => number
  /** Carries out exactly this execution, and says when it has left it. */
  only?: { executionId: string; onLeft: () => void } | undefined
  /** Runs in children what has ended two processes; without it that is carried out like anything else. */
  solo?: Pick<SoloRunner, 'look' | 'stop'> | undefined
}

/** Claims due executions and carries them out until it is stopped. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #actors = new Map<string, ExecutionActor>()
  /** Starts under way by id; the same one may arrive several times at once. */
  readonly #starting = new Map<string, number>()
  /** Of those, the ones that somebody has written to meanwhile. */
  readonly #changed = new Set<string>()
  readonly #places: Places
  readonly #commits: GroupCommit
  readonly #streams: TextStreams
  #subscriptions: Subscription[] = []
  #poll: ReturnType<typeof setInterval> | undefined
  #claiming: Promise<void> | undefined
  /** Former ids of this replica, whose death others may have assumed. */
  readonly #outlived = new Set<string>()
  #again = false
  #maintain = true
  #stopped = false

  constructor(options: WorkerOptions) {
    this.#options = options
    const { storage, logger, nats } = options
    this.#places = new Places(options)
    this.#commits = new GroupCommit({ storage, logger })
    this.#streams = new TextStreams(nats, (id) => this.#actors.get(id))
  }

  get owned(): number {
    return this.#actors.size
  }

  /** The replica to insert a new execution for, or null when it shall wait to be claimed. */
  freeFor(organizationId: string): string | null {
    const { replica, only } = this.#options
    const full = only !== undefined || !this.#places.isFreeFor(organizationId)
    return this.#stopped || full || !replica.mayStartEffects() ? null : replica.id
  }

  start(): void {
    const { nats, pollMs } = this.#options
    const all = nats.subscribe(wakeSubject, {
      callback: (error, message) => {
        if (!error) this.#lookAgainAt(message.string())
      },
    })
    this.#subscriptions = [all]
    if (!this.#options.only) {
      const one = nats.subscribe(wakeSubject, {
        queue: 'claim',
        callback: (error) => {
          if (!error) this.wake()
        },
      })
      this.#subscriptions.push(one)
    }
    this.#poll = setInterval(() => {
      this.#maintain = true
      this.wake()
    }, pollMs)
    this.wake()
  }

  /** Tells every replica that this execution changed from outside. */
  announce(executionId: string): void {
    this.#lookAgainAt(executionId)
    if (!this.#options.nats.isClosed()) this.#options.nats.publish(wakeSubject, executionId)
  }

  /** Looks for due executions now. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = undefined
    })
  }

  /**
   * Carries on with an execution that was inserted for this replica. Until `done` is called, its id is not taken for a
   * forgotten one.
   */
  expect(executionId: string, organizationId: string): { done: (owned: Owned) => void } {
    this.#starting.set(executionId, (this.#starting.get(executionId) ?? 0) + 1)
    this.#places.take(executionId, organizationId)
    const { logger } = this.#options
    return {
      done: (owned) => {
        this.#take(executionId, owned)
          .catch((error: unknown) =>
            logger.warn({ err: error, execution: executionId }, 'A start is taken up later'),
          )
          .finally(() => {
            const left = (this.#starting.get(executionId) ?? 1) - 1
            if (left > 0) this.#starting.set(executionId, left)
            else this.#starting.delete(executionId)
            this.#changed.delete(executionId)
            this.#leave(executionId)
          })
      },
    }
  }

  /** The lease is gone: others may own everything by now. */
  dropAll(): void {
    // A copy, since an actor that is dropped leaves the map.
    for (const actor of Array.from(this.#actors.values())) actor.drop()
  }

  /** This process lives, though the lease of `formerId` is gone: what that owned did not end it. */
  outlive(formerId: string): void {
    this.#outlived.add(formerId)
    this.#maintain = true
    this.wake()
  }

  /** Claims no more, lets attempts finish for a while, and gives back the rest. */
  async stop(): Promise<void> {
    const { storage, replica, drainMs, logger } = this.#options
    this.#stopped = true
    clearInterval(this.#poll)
    for (const subscription of this.#subscriptions) subscription.unsubscribe()
    await this.#claiming
    await this.#options.solo?.stop()
    const until = performance.now() + drainMs
    const busy = () => [...this.#actors.values()].some((actor) => actor.attemptsInFlight > 0)
    while (busy() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    this.#commits.stop()
    this.dropAll()
    try {
      const owned = await storage.ownedBy(replica.id)
      await storage.release({ replicaId: replica.id, ids: owned.map(({ id }) => id) })
    } catch (error) {
      logger.warn({ err: error }, 'What this replica owned will be taken over when its lease ends')
    }
  }

  async #take(executionId: string, owned: Owned): Promise<void> {
    if (owned === undefined) return
    const [loaded] = owned === 'unread' ? await this.#options.storage.load([executionId]) : [owned]
    if (loaded?.replicaId !== this.#options.replica.id) return
    this.#adopt(loaded, { type: 'tick' }, true)
    if (this.#changed.has(executionId)) this.#actors.get(executionId)?.lookAgain()
  }

  #lookAgainAt(executionId: string): void {
    if (this.#starting.has(executionId)) this.#changed.add(executionId)
    this.#actors.get(executionId)?.lookAgain()
  }

  async #claimAll(): Promise<void> {
    const { storage, replica, perOrganization, handlers, logger, only, solo } = this.#options
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false
        if (!replica.mayStartEffects()) return
        if (this.#maintain) await this.#lookAfterOwned()
        const limit = Math.min(100, this.#places.free)
        const replicaId = replica.id
        const ids = await storage.claim({
          replicaId,
          limit,
          perOrganization,
          planVersions: [1],
          stepKinds: Object.keys(handlers),
          leaveSolo: solo !== undefined,
          ...(only ? { only: only.executionId } : {}),
        })
        await solo?.look()
        if (only && ids.length === 0 && this.#actors.size === 0) only.onLeft()
        if (ids.length === 0) continue
        this.#again = true
        for (const loaded of await storage.load(ids)) {
          if (loaded.replicaId !== replicaId) continue
          // Taken away and claimed again before it noticed: what it goes by is of an older fence.
          this.#actors.get(loaded.state.id)?.drop()
          this.#adopt(loaded, firstInput(loaded), false)
        }
      }
    } catch (error) {
      logger.warn({ err: error }, 'Executions could not be claimed yet')
    }
  }

  /**
   * What wakes may have missed: dead replicas, commands, and executions that are ours though nobody here knows of them,
   * because an answer of the database was lost.
   */
  async #lookAfterOwned(): Promise<void> {
    const { storage, replica, onFreed, logger } = this.#options
    this.#maintain = false
    await this.#absolve()
    const judged = { judgeAt: deathsBeforeQuarantine, judgeInMs: 2 * replica.leaseMs }
    const freed = await storage.sweepDeadReplicas({ selfId: replica.id, ...judged })
    if (freed > 0) {
      logger.warn({ executions: freed }, 'What dead replicas owned is taken over')
      onFreed()
    }
    const known = new Set([...this.#actors.keys(), ...this.#starting.keys()])
    const owned = await storage.ownedBy(replica.id)
    for (const { id, commandsWaiting } of owned) if (commandsWaiting) this.#actors.get(id)?.lookAgain()
    const forgotten = owned.filter(
      ({ id }) => !known.has(id) && !this.#actors.has(id) && !this.#starting.has(id),
    )
    if (forgotten.length > 0)
      await storage.release({ replicaId: replica.id, ids: forgotten.map(({ id }) => id) })
  }

  async #absolve(): Promise<void> {
    const ids = [...this.#outlived]
    if (ids.length === 0) return
    await this.#options.storage.absolve(ids)
    for (const id of ids) this.#outlived.delete(id)
  }

  #leave(executionId: string): void {
    if (this.#actors.has(executionId) || this.#starting.has(executionId)) return
    if (this.#places.leave(executionId)) this.wake()
  }

  #adopt(loaded: LoadedExecution, first: EngineInput, begun: boolean): void {
    const { storage, replica, handlers, logger, partialMs, pureStepsPerCommit } = this.#options
    const { id } = loaded.state
    if (this.#actors.has(id) || this.#stopped) return
    const actor = new ExecutionActor(
      loaded,
      {
        replicaId: replica.id,
        storage,
        commits: this.#commits,
        handlers,
        streams: this.#streams,
        logger,
        partialMs,
        pureStepsPerCommit,
        now: () => replica.clock.now(),
        random: this.#options.random ?? Math.random,
        mayStartEffects: () => replica.mayStartEffects(),
        onGone: () => {
          if (this.#actors.get(id) === actor) this.#actors.delete(id)
          this.#options.only?.onLeft()
          this.#leave(id)
        },
      },
      first,
    )
    this.#actors.set(id, actor)
    this.#places.take(id, loaded.runAs.organizationId)
    if (begun) actor.resumeStarted()
    else actor.run()
  }
}
