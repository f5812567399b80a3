import type { RunAs } from '../contract/commands.ts'
import { newId } from '@quillworks/service-kit/ids'
import { nextTimeAt } from '../engine/decide-advance.ts'
import type { EngineEvent } from '../engine/events.ts'
import { isAtRest } from '../storage/encode.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { project } from '../engine/project.ts'
import type { ExecutionState } from '../engine/state.ts'
import type { LoadedExecution, PayloadWrite } from '../engine/storage.ts'
import type { LiveOwner } from '../live/snapshots.ts'
import type { ActorTools } from './actor-tools.ts'
import type { AttemptOptions, AttemptReport } from './attempt-runner.ts'
import { AttemptsInFlight } from './attempts-in-flight.ts'
import { decideBatch } from './decide-batch.ts'
import { logFacts } from './log-facts.ts'
import { KnownContent } from './known-content.ts'
import { recordLateUsage, spendOf, type LateUsage } from './late-usage.ts'

const waitMs = 200
const longestTimerMs = 2_000_000_000

/** One owned execution: takes inputs one batch at a time, decides, commits, and only then lets effects begin. */
export class ExecutionActor implements LiveOwner {
  #state: ExecutionState
  #fence: number
  #commandSeq: number
  #consumedSeq: number
  readonly #runAs: RunAs
  readonly #tools: ActorTools
  readonly #items: AttemptReport[] = []
  /** What is being decided and written: it counts as written or not only with the commit's answer. */
  #deciding: AttemptReport[] = []
  readonly #attempts: AttemptsInFlight
  readonly #content = new KnownContent()
  /** False until what a predecessor left in flight has been decided on: its attempts are not to be carried out. */
  #attemptsAreOwn = false
  #reload = false
  #reading = false
  #decidedAt = 0
  #busy = false
  #pumping: Promise<void> = Promise.resolve()
  #gone = false
  /** A pure step could not be done for want of the database. */
  #waits = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(loaded: LoadedExecution, tools: ActorTools, first: EngineInput) {
    this.#state = loaded.state
    this.#fence = loaded.fence
    this.#commandSeq = loaded.commandSeq
    this.#consumedSeq = loaded.consumedSeq
    this.#runAs = loaded.runAs
    this.#tools = tools
    this.#content.add(loaded.payloads ?? [])
    this.#attempts = new AttemptsInFlight({
      onReport: (report) => {
        this.#items.push(report)
        this.run()
      },
      onLateUsage: (usage) => this.#recordSpend(usage),
    })
    this.#items.push({ input: first, payloads: [] })
    this.#takeCommands(loaded)
  }

  get id(): string {
    return this.#state.id
  }

  get present(): ExecutionState {
    return this.#state
  }

  get attemptsInFlight(): number {
    return this.#attempts.size
  }

  /** Goes on with whatever has arrived. */
  run(): void {
    if (!this.#busy && !this.#gone) this.#pumping = this.#pump()
  }

  async stored(): Promise<ExecutionState | undefined> {
    while (this.#busy && (this.#reload || this.#reading)) await this.#pumping
    const { deadlineAt } = this.#state
    const isOverdue = deadlineAt !== null && deadlineAt <= this.#tools.now()
    return this.#gone || isOverdue || !this.#tools.mayStartEffects() ? undefined : this.#state
  }

  /** Somebody wrote to the execution: look again. */
  lookAgain(): void {
    this.#reload = true
    this.run()
  }

  /** Attempts of a start that was committed before this actor existed. */
  resumeStarted(): void {
    this.#attemptsAreOwn = true
    this.#matchAttempts()
    this.run()
  }

  /** Stops effects and forgets the execution without writing anything more. */
  drop(): void {
    if (this.#gone) return
    this.#gone = true
    clearTimeout(this.#timer)
    this.#attempts.dropAll()
    this.#tellSpend()
    this.#tools.onGone()
  }

  /** What is left to decide counts no more, but it was spent. */
  #tellSpend(): void {
    const left = [...this.#deciding.splice(0), ...this.#items.splice(0)]
    for (const spend of left.flatMap(({ input }) => spendOf(input) ?? [])) this.#recordSpend(spend)
  }

  #recordSpend(spend: LateUsage): void {
    const { storage, logger } = this.#tools
    recordLateUsage(storage, this.id, spend)
      .then(() => this.lookAgain())
      .catch((error: unknown) => logger.error({ err: error, execution: this.id }, 'Spend was not recorded'))
  }

  async #pump(): Promise<void> {
    this.#busy = true
    let held = false
    try {
      while (!held && !this.#gone && (this.#items.length > 0 || this.#reload)) {
        if (this.#reload && !(await this.#refresh(null))) return
        held = !this.#tools.mayStartEffects()
        if (!held) await this.#step()
      }
      if (!held && !this.#gone && isAtRest(this.#state)) await this.#giveBack()
    } catch (error) {
      this.#tools.logger.error({ err: error, execution: this.id }, 'An execution could not go on here')
      this.drop()
    } finally {
      this.#busy = false
    }
    if (this.#gone) return
    if (held || this.#waits) this.#wakeIn(waitMs)
    else this.#arm()
  }

  async #giveBack(): Promise<void> {
    await this.#tools.storage.release({ replicaId: this.#tools.replicaId, ids: [this.id] })
    this.#leave()
  }

  async #step(): Promise<void> {
    const now = this.#tools.now()
    const items = this.#items.splice(0)
    this.#deciding = items
    this.#decidedAt = now
    const putOff = this.#attempts.putOff(this.#state, now).map((input) => ({ input, payloads: [] }))
    const { events, payloads, waits, unfinished } = await decideBatch({
      state: this.#state,
      items: [...items, ...putOff],
      now,
      mostPureSteps: this.#tools.pureStepsPerCommit,
      options: this.#attemptOptions,
    })
    this.#waits = waits
    if (unfinished) this.#items.push({ input: { type: 'tick' }, payloads: [] })
    if (events.length === 0) return this.#consumeOnly()
    for (const payload of this.#attempts.partialTexts(events))
      if (!payloads.has(payload.ref)) payloads.set(payload.ref, payload)
    await this.#commit(items, events, [...payloads.values()])
  }

  async #consumeOnly(): Promise<void> {
    this.#deciding = []
    this.#attemptsAreOwn = true
    if (this.#commandSeq === this.#consumedSeq) return
    const { replicaId, storage } = this.#tools
    const seq = this.#commandSeq
    await storage.consume({ executionId: this.id, replicaId, fence: this.#fence, seq })
    this.#consumedSeq = seq
  }

  async #commit(items: AttemptReport[], events: EngineEvent[], payloads: PayloadWrite[]): Promise<void> {
    const commitId = newId()
    const projection = project(this.#state, events)
    const outcome = await this.#tools.commits.submit({
      projection,
      payloads,
      replicaId: this.#tools.replicaId,
      fence: this.#fence,
      commandSeq: this.#commandSeq,
      consumedSeq: this.#commandSeq,
      commitId,
    })
    if (this.#gone) return
    if (outcome.result === 'rejected') {
      const error = { code: 'storage.rejected', message: outcome.message.slice(0, 500) }
      this.#deciding = []
      const left = [{ type: 'broken' as const, error }, ...items.flatMap(({ input }) => spendOf(input) ?? [])]
      this.#items.push(...left.map((input) => ({ input, payloads: [] })))
      return
    }
    if (outcome.result === 'refused') {
      // What was decided is decided again on what is there now.
      if (await this.#refresh(commitId))
        this.#items.unshift(...items.filter(({ input }) => input.type !== 'command'))
      return
    }
    this.#consumedSeq = this.#commandSeq
    logFacts(this.#tools.logger, this.id, events)
    this.#content.add(payloads)
    this.#written(projection.after)
  }

  #written(after: ExecutionState): void {
    this.#deciding = []
    this.#attemptsAreOwn = true
    this.#state = after
    this.#matchAttempts()
    if (isAtRest(after)) this.#leave()
  }

  /** Reads the execution again; false when it is not ours any more, or its last commit turned out to be written. */
  async #refresh(pendingCommit: string | null): Promise<boolean> {
    this.#reload = false
    this.#content.clear()
    this.#reading = true
    const [loaded] = await this.#tools.storage.load([this.id])
    this.#reading = false
    if (this.#gone) return false
    const written = pendingCommit !== null && loaded?.lastCommit === pendingCommit
    const owned = loaded?.replicaId === this.#tools.replicaId && loaded.fence === this.#fence
    if (loaded && (owned || (written && loaded.replicaId === null))) {
      this.#commandSeq = loaded.commandSeq
      this.#consumedSeq = loaded.consumedSeq
      if (written) {
        this.#written(loaded.state)
        this.#takeCommands(loaded)
        return false
      }
      // What was written by others than the owner leaves it to the owner to decide what follows.
      if (loaded.state.revision !== this.#state.revision)
        this.#items.push({ input: { type: 'tick' }, payloads: [] })
      this.#state = loaded.state
      const kept = this.#items.filter(({ input }) => input.type !== 'command')
      this.#items.splice(0, this.#items.length, ...kept)
      this.#takeCommands(loaded)
      this.#matchAttempts()
      return true
    }
    this.drop()
    return false
  }

  #takeCommands(loaded: LoadedExecution): void {
    for (const { command } of loaded.commands)
      this.#items.push({ input: { type: 'command', command }, payloads: [] })
  }

  get #attemptOptions() {
    const { storage: stored, ...tools } = this.#tools
    const storage: AttemptOptions['storage'] = {
      storePartial: (partial) => stored.storePartial(partial),
      readPayloads: (id, refs) => this.#content.read(stored, id, refs),
    }
    return { ...tools, fence: this.#fence, runAs: this.#runAs, storage }
  }

  #matchAttempts(): void {
    if (this.#attemptsAreOwn) this.#attempts.match(this.#state, this.#attemptOptions)
  }

  #leave(): void {
    this.#gone = true
    clearTimeout(this.#timer)
    this.#tellSpend()
    this.#tools.onGone()
  }

  #arm(): void {
    const at = nextTimeAt(this.#state, this.#decidedAt)
    if (at !== null) this.#wakeIn(Math.max(1, at - this.#tools.now()))
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        this.#items.push({ input: { type: 'tick' }, payloads: [] })
        this.run()
      },
      Math.min(ms, longestTimerMs),
    )
  }
}
