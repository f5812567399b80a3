import { isFinal } from '../contract/status.ts'
import type { CommitMember } from '../engine/storage.ts'
import type { Projection } from '../engine/project.ts'
import type { PayloadWrite } from '../engine/storage.ts'
import { newId } from '@quillworks/service-kit/ids'
import { SimulatedRefusal } from './faults.ts'
import type {
  DatabaseRules,
  ExecutionRow,
  IdempotencyRow,
  LeaseSession,
  OutboxRow,
  ReplicaRow,
} from './tables.ts'

export interface WrittenMember extends CommitMember {
  forced?: boolean
}

/** What somebody who sees everything notes of each write, to judge it by rules of their own. */
export interface DatabaseWitness {
  claimed: (row: ExecutionRow) => void
  written: (row: ExecutionRow, projection: Projection, member: WrittenMember | null) => void
}

/**
 * The tables of the service in memory, changed by the rules of its SQL: one method per statement or transaction, each
 * carried out at one moment.
 */
export class SimulatedDatabase {
  readonly executions = new Map<string, ExecutionRow>()
  readonly idempotency = new Map<string, IdempotencyRow>()
  readonly replicas = new Map<string, ReplicaRow>()
  readonly outbox: OutboxRow[] = []
  /** Rows of the outbox that are not marked as published, in the order of their ids. */
  unpublished: OutboxRow[] = []
  transactions = 0
  away = false
  readonly now: () => number
  readonly rules: DatabaseRules
  readonly #witness: DatabaseWitness

  constructor(options: { now: () => number; rules: DatabaseRules; witness: DatabaseWitness }) {
    this.now = options.now
    this.rules = options.rules
    this.#witness = options.witness
  }

  row(id: string): ExecutionRow {
    const row = this.executions.get(id)
    if (!row) throw new Error(`There is no execution ${id}.`)
    return row
  }

  commit(members: WrittenMember[]): Set<string> {
    this.transactions += 1
    const owned = members.flatMap((member) => {
      const row = this.executions.get(member.projection.after.id)
      return row && this.#accepts(row, member) ? [{ row, member }] : []
    })
    for (const { row, member } of owned) this.#check(row, member)
    for (const { row, member } of owned) {
      const { projection } = member
      row.consumedSeq = member.consumedSeq
      row.lastCommit = member.commitId
      row.stepEnded ||= projection.stepEnded
      if (projection.stepEnded && this.rules.deathsReset) row.deaths = 0
      if (!member.forced && atRest(projection.after.status)) {
        row.replicaId = null
        row.wakeAt = projection.after.waiting?.until ?? null
      }
      this.#witness.written(row, projection, member)
      this.#write(row, projection, member.payloads)
    }
    return new Set(owned.map(({ row }) => row.id))
  }

  #accepts(row: ExecutionRow, member: WrittenMember): boolean {
    const { rules } = this
    const { before, after } = member.projection
    if (rules.fence && row.fence !== member.fence) return false
    if (rules.revision && row.state.revision !== (before?.revision ?? 0)) return false
    if (member.forced) return true
    if (rules.fence && row.replicaId !== member.replicaId) return false
    if (rules.commandSeq && row.commandSeq !== member.commandSeq) return false
    if (rules.finalStates && isFinal(row.state.status)) return false
    const { deadlineAt } = row.state
    return !rules.deadline || deadlineAt === null || deadlineAt > this.now() || after.status === 'timed_out'
  }

  /** Constraints and triggers: one violation refuses the whole statement. */
  #check(row: ExecutionRow, { projection, payloads }: WrittenMember): void {
    const { after, steps, attempts, events } = projection
    if (this.rules.finalStates) {
      if (isFinal(row.state.status) && after.status !== row.state.status)
        throw new SimulatedRefusal('23000', `${row.state.status} is final`)
      for (const step of steps) {
        const stored = row.steps.get(step.key)
        if (stored && isFinal(stored.status) && step.status !== stored.status)
          throw new SimulatedRefusal('23000', `${stored.status} is final`)
      }
    }
    for (const { step_key: key, number, fresh } of attempts) {
      if (fresh && row.attempts.has(`${key}#${number}`))
        throw new SimulatedRefusal('23505', `attempt ${key}#${number} exists`)
    }
    const [first] = events
    if (this.rules.revision && first && first.revision <= (row.events.at(-1)?.revision ?? 0))
      throw new SimulatedRefusal('23505', `event ${first.revision} exists`)
    refuseBadContent(payloads)
  }

  insert(
    projection: Projection,
    more: Omit<
      ExecutionRow,
      'id' | 'state' | 'steps' | 'attempts' | 'events' | 'payloads' | 'commands' | 'openAttempts'
    >,
    payloads: PayloadWrite[],
  ): boolean {
    const { id } = projection.after
    if (this.executions.has(id)) return false
    refuseBadContent(payloads)
    const row: ExecutionRow = {
      ...more,
      id,
      state: projection.after,
      steps: new Map(),
      attempts: new Map(),
      events: [],
      payloads: new Map(),
      commands: [],
      openAttempts: 0,
    }
    this.executions.set(id, row)
    if (row.replicaId !== null) this.#witness.claimed(row)
    this.#witness.written(row, projection, null)
    this.#write(row, projection, payloads)
    return true
  }

  claimed(row: ExecutionRow, replicaId: string): void {
    row.replicaId = replicaId
    if (this.rules.claimRaisesFence) row.fence += 1
    row.wakeAt = null
    row.stepEnded = false
    this.#witness.claimed(row)
  }

  addOutbox(rows: OutboxRow[]): void {
    for (const row of rows) {
      this.outbox.push(row)
      this.unpublished.push(row)
    }
  }

  /** Events that the statement did not write with the rest: only a mutation leaves them here. */
  readonly outsideTransaction: OutboxRow[] = []

  #write(row: ExecutionRow, { after, steps, attempts, events }: Projection, payloads: PayloadWrite[]): void {
    const { steps: _, ...state } = after
    row.state = state
    for (const step of steps) row.steps.set(step.key, step)
    row.openAttempts = 0
    for (const step of after.steps.values()) if (step.open) row.openAttempts += 1
    for (const { fresh, ...change } of attempts) {
      const id = `${change.step_key}#${change.number}`
      const stored = row.attempts.get(id)
      if (fresh) row.attempts.set(id, change)
      else if (stored) row.attempts.set(id, coalesced(change, stored))
    }
    for (const { revision, event } of events)
      row.events.push({ revision, event, transaction: this.transactions })
    for (const { ref, body } of payloads) row.payloads.set(ref, body ?? null)
    const rows = events.map(({ revision, event, summary }): OutboxRow => ({
      id: newId(),
      executionId: row.id,
      revision,
      type: event.type,
      summary,
      publishedAt: null,
    }))
    if (this.rules.outboxInTransaction) this.addOutbox(rows)
    else this.outsideTransaction.push(...rows)
  }

  /** A replica is dead when its lease has run out by this clock, or nobody holds its lock. */
  isDead(replica: ReplicaRow): boolean {
    return replica.expiresAt < this.now() || (this.rules.sessionLocks && !replica.session.open)
  }

  register(id: string, session: LeaseSession, leaseMs: number): void {
    this.replicas.set(id, { id, session, expiresAt: this.now() + leaseMs })
  }
}

function atRest(status: string): boolean {
  return status === 'waiting' || ['succeeded', 'failed', 'canceled', 'timed_out'].includes(status)
}

/** A body that Postgres would not take; mark it as such. */
export const badContent = 'content that the database refuses'

function refuseBadContent(payloads: PayloadWrite[]): void {
  for (const { body } of payloads)
    if (body === badContent) throw new SimulatedRefusal('22P05', 'unsupported content')
}

/** `coalesce(new, old)` per column, as the statement has it; the start and the reference stay. */
function coalesced(
  change: ExecutionRow['attempts'] extends Map<string, infer A> ? A : never,
  stored: typeof change,
): typeof change {
  return {
    ...stored,
    status: change.status ?? stored.status,
    finish_reason: change.finish_reason ?? stored.finish_reason,
    error_code: change.error_code ?? stored.error_code,
    error_message: change.error_message ?? stored.error_message,
    usage_state: change.usage_state ?? stored.usage_state,
    input_tokens: change.input_tokens ?? stored.input_tokens,
    output_tokens: change.output_tokens ?? stored.output_tokens,
    cached_tokens: change.cached_tokens ?? stored.cached_tokens,
    cost_nano_usd: change.cost_nano_usd ?? stored.cost_nano_usd,
    time_to_first_token_ms: change.time_to_first_token_ms ?? stored.time_to_first_token_ms,
    finished_at: change.finished_at ?? stored.finished_at,
  }
}
