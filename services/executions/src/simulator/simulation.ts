import { isFinal } from '../contract/status.ts'
import { SimulatedBus } from './bus.ts'
import { Callers, databaseNow } from './callers.ts'
import { SimulatedDatabase } from './database.ts'
import { Faults } from './faults.ts'
import type { Link } from './link.ts'
import { Outside } from './outside.ts'
import { messageScript, planExecution, type PlannedExecution, type Script } from './plans.ts'
import { Random } from './random.ts'
import { SimulatedRelay } from './relay.ts'
import { bootReplica, type ReplicaProcess, type ReplicaSettings } from './replica-process.ts'
import type { Scheduler, SimulatedProcess } from './scheduler.ts'
import type { DatabaseRules } from './tables.ts'
import { Trouble } from './trouble.ts'
import { Witness } from './witness.ts'
import type { Projection } from '../engine/project.ts'
import type { WrittenMember } from './database.ts'
import { epoch } from './runtime.ts'
import type { ExecutionRow } from './tables.ts'

export interface SimulationOptions {
  seed: number
  rules: DatabaseRules
  inbox: boolean
  trace: boolean
  scheduler: Scheduler
}

/** One world: servers, replicas, callers, and everything that goes wrong between them. */
export class Simulation {
  readonly scheduler: Scheduler
  readonly lines: string[] = []
  readonly witness = new Witness()
  readonly database: SimulatedDatabase
  readonly faults: Faults
  readonly random: Random
  readonly bus: SimulatedBus
  readonly outside: Outside
  readonly relay: SimulatedRelay
  readonly callers: Callers
  readonly trouble: Trouble
  readonly settings: ReplicaSettings
  readonly replicas: ReplicaProcess[] = []
  readonly #link: Link
  readonly #tracing: boolean
  readonly #replicaCount: number

  constructor({ seed, rules, inbox, trace, scheduler }: SimulationOptions) {
    this.scheduler = scheduler
    this.#tracing = trace
    const plan = new Random(seed, 1)
    this.random = new Random(seed, 2)
    const { random } = this
    const intensity = plan.pick([0, 0.3, 1, 1, 1, 3])
    this.faults = new Faults(new Random(seed, 3), intensity)
    this.settings = {
      leaseMs: plan.pick([1_000, 5_000, 5_000, 30_000]),
      pollMs: plan.pick([500, 2_000]),
      capacity: plan.pick([2, 20, 500]),
      perOrganization: plan.pick([2, 20, 200]),
      pureStepsPerCommit: plan.pick([1, 3, 100]),
    }
    this.#replicaCount = plan.int(1, 3)
    this.database = new SimulatedDatabase({ now: () => databaseNow(scheduler), rules, witness: this.witness })
    this.witness.database = this.database
    this.witness.onWritten = (row, projection, member) => {
      this.relay.kick()
      this.trace(() => writtenLine(row, projection, member))
    }
    this.witness.onClaimed = (row) => {
      this.callers.interrupt(row)
      this.trace(
        () => `${row.id.slice(-3)} belongs to ${row.replicaId?.slice(-3) ?? 'nobody'} by fence ${row.fence}`,
      )
    }
    const { database, faults } = this
    const isLive = (process: SimulatedProcess) => this.#isLive(process)
    const crash = (process: SimulatedProcess) => this.crash(process)
    const tell = (text: () => string) => this.trace(text)
    this.#link = { scheduler, faults, random, database, crash, isLive, trace: tell }
    this.outside = new Outside({
      scheduler,
      faults,
      random,
      isLive,
      crash,
      trace: tell,
      scriptOf: (executionId, stepKey) => this.scriptOf(executionId, stepKey),
      complete: (told) => this.callers.complete(told),
      onCall: (call) => this.witness.called(call, this.#leaseEndsAt()),
    })
    const respond = (_: string, payload: string, reply: (payload: string) => void) =>
      this.outside.answer(payload, reply)
    this.bus = new SimulatedBus({ scheduler, faults, random, isLive, crash, respond })
    const busAway = () => this.bus.away
    this.relay = new SimulatedRelay({ scheduler, database, faults, random, busAway, inbox })
    const replicas = () => this.replicas
    this.callers = new Callers({ scheduler, database, faults, random, replicas, busAway, trace: tell })
    this.trouble = new Trouble(this, plan)
    for (let index = 0; index < this.#replicaCount; index += 1) this.boot(index * 5)
    const span = plan.between(50, 15_000)
    const large = plan.chance(0.04)
    const count = large ? 1 : plan.int(1, 6)
    scheduler.enter(scheduler.world, () => {
      for (let index = 0; index < count; index += 1)
        this.callers.start(planExecution(plan, { large }), plan.between(0, span))
    })
  }

  scriptOf(executionId: string, stepKey: string): Script {
    return this.plannedOf(executionId)?.scripts.get(stepKey) ?? messageScript(executionId, stepKey)
  }

  /** What was asked for, also of an execution that was made of another one. */
  plannedOf(executionId: string): PlannedExecution | undefined {
    const planned = this.callers.planned.get(executionId)
    if (planned) return planned
    const from = this.database.executions.get(executionId)?.state.derivedFrom?.id
    return from === undefined ? undefined : this.plannedOf(from)
  }

  trace(text: () => string): void {
    if (this.#tracing)
      this.lines.push(
        `${this.scheduler.now.toFixed(1).padStart(9)} ${this.scheduler.current.name}: ${text()}`,
      )
  }

  /** A replica boots after `delayMs`, and again if it cannot register. */
  boot(delayMs: number): void {
    const { scheduler } = this
    scheduler.after(scheduler.world, delayMs, () => {
      const process = scheduler.process(`replica ${this.replicas.length + 1}`)
      scheduler.after(process, 0, () => {
        const booted = bootReplica(
          { process, link: this.#link, bus: this.bus, outside: this.outside, settings: this.settings },
          () => this.crash(process),
        )
        this.replicas.push(booted)
      })
    })
  }

  /** The process is gone between two instructions; what it has sent is under way all the same. */
  crash(process: SimulatedProcess): void {
    if (!process.alive) return
    process.alive = false
    this.trace(() => `${process.name} is dead`)
    this.bus.forget(process)
    this.#afterEnd(process, this.random.chance(0.8))
  }

  /** The database hears of the end at once, or only by the lease where the machine went with it. */
  #afterEnd(process: SimulatedProcess, heard: boolean): void {
    const { scheduler, random } = this
    const gone = this.replicas.find((each) => each.process === process)
    if (gone && heard) scheduler.after(scheduler.world, random.between(0, 5), () => gone.lease.end())
    this.boot(this.faults.active ? random.between(100, 8_000) : 100)
  }

  /** As after SIGTERM. */
  stopGracefully(replica: ReplicaProcess): void {
    const { scheduler } = this
    replica.ready = false
    scheduler.after(replica.process, 0, () => {
      const stop = async () => {
        await replica.worker.stop()
        await replica.replica.stop()
      }
      stop().then(
        () => this.crash(replica.process),
        () => this.crash(replica.process),
      )
    })
  }

  living(): ReplicaProcess[] {
    return this.replicas.filter(({ process }) => process.alive)
  }

  /** When the lease of the process that acts now ends by the database; null where none acts, or where the database thinks it dead for the loss of its session. */
  #leaseEndsAt(): number | null {
    const actor = this.replicas.find(({ process }) => process === this.scheduler.current)
    return actor ? (this.database.replicas.get(actor.replica.id)?.expiresAt ?? null) : null
  }

  #isLive(process: SimulatedProcess): boolean {
    const replica = this.replicas.find((each) => each.process === process)
    for (const row of this.database.executions.values())
      if (!isFinal(row.state.status) && row.replicaId !== null && row.replicaId === replica?.replica.id)
        return true
    return false
  }

  anythingLive(): boolean {
    for (const row of this.database.executions.values()) if (!isFinal(row.state.status)) return true
    return false
  }

  /** Everything has ended or rests, every caller is content, and every event was told. */
  get isQuiet(): boolean {
    if (this.callers.busy > 0 || this.database.unpublished.length + this.relay.pending > 0) return false
    for (const { state, commandSeq, consumedSeq } of this.database.executions.values()) {
      if (isFinal(state.status)) continue
      if (state.waiting?.for !== 'input' || commandSeq > consumedSeq) return false
    }
    return true
  }
}

function writtenLine(row: ExecutionRow, { events, after }: Projection, member: WrittenMember | null): string {
  const by = member === null ? 'start' : member.forced ? 'locked write' : `fence ${member.fence}`
  const facts = events.map(({ event }) => {
    const step = 'stepKey' in event ? ` ${event.stepKey}` : ''
    const attempt = 'attempt' in event ? `#${event.attempt}` : ''
    const usage = 'usage' in event ? ` (${typeof event.usage === 'string' ? event.usage : 'known'})` : ''
    return `${event.type}${step}${attempt}${usage}`
  })
  const until = after.deadlineAt === null ? '' : ` (until ${after.deadlineAt - epoch})`
  return `${row.id.slice(-3)} revision ${after.revision} by ${by}: ${facts.join(', ')}${until}`
}
