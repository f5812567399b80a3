import { isFinal } from '../contract/status.ts'
import type { Projection } from '../engine/project.ts'
import type { DatabaseWitness, SimulatedDatabase, WrittenMember } from './database.ts'
import type { ExecutionRow } from './tables.ts'

export interface OutsideCall {
  executionId: string
  stepKey: string
  attempt: number
  kind: 'model' | 'call'
}

/**
 * Judges each write at the moment it is made, by rules of its own: it counts owners itself, and never asks the
 * database's rules whether a write was right.
 */
export class Witness implements DatabaseWitness {
  readonly violations: string[] = []
  /** How often each execution changed hands, by its own count. */
  readonly claims = new Map<string, number>()
  readonly #owners = new Map<string, { replicaId: string | null; fence: number }>()
  database: SimulatedDatabase | undefined
  onWritten: DatabaseWitness['written'] = () => {}
  onClaimed: DatabaseWitness['claimed'] = () => {}

  claimed(row: ExecutionRow): void {
    const { id, replicaId, fence } = row
    const before = this.#owners.get(id)
    if (before && fence <= before.fence) this.#violated(`I6: the fence of ${id} did not rise with its owner`)
    this.#owners.set(id, { replicaId, fence })
    this.onClaimed(row)
    this.claims.set(id, (this.claims.get(id) ?? 0) + 1)
  }

  written(row: ExecutionRow, projection: Projection, member: WrittenMember | null): void {
    const { before, after, events } = projection
    const { id } = row
    this.onWritten(row, projection, member)
    if (member === null) return
    const owner = this.#owners.get(id)
    if (!member.forced && owner && (owner.fence !== member.fence || owner.replicaId !== member.replicaId))
      this.#violated(`I6: ${id} was written by fence ${member.fence}, and its owner has ${owner.fence}`)
    if (row.state.revision !== before?.revision || events[0]?.revision !== row.state.revision + 1)
      this.#violated(`I7: ${id} went from revision ${row.state.revision} to ${events[0]?.revision ?? 'none'}`)
    if (isFinal(row.state.status) && after.status !== row.state.status)
      this.#violated(`I5: ${id} was ${row.state.status} and became ${after.status}`)
    for (const step of projection.steps) {
      const stored = row.steps.get(step.key)
      if (stored && isFinal(stored.status) && stored.status !== step.status)
        this.#violated(`I5: step ${step.key} of ${id} was ${stored.status} and became ${step.status}`)
    }
    const now = this.database?.now() ?? 0
    const { deadlineAt, status } = row.state
    const late = status === 'running' && deadlineAt !== null && deadlineAt <= now
    if (late && !member.forced && after.status !== 'timed_out')
      this.#violated(
        `the deadline of ${id} had passed, and ${events[0]?.event.type ?? 'nothing'} was written`,
      )
  }

  readonly #calls = new Set<string>()

  /** An outside effect begins: its attempt has to be on record, and each attempt calls a model once. */
  called({ executionId, stepKey, attempt, kind }: OutsideCall, leaseEndsAt: number | null): void {
    const id = `${stepKey}#${attempt}`
    const now = this.database?.now() ?? 0
    if (leaseEndsAt !== null && leaseEndsAt < now)
      this.#violated(
        `I6: ${id} of ${executionId} was called ${now - leaseEndsAt} ms after its caller's lease`,
      )
    const row = this.database?.executions.get(executionId)
    if (!row?.attempts.has(id))
      this.#violated(`I4: ${id} of ${executionId} was called before it was on record`)
    const call = `${executionId} ${id}`
    if (kind === 'model' && this.#calls.has(call))
      this.#violated(`I4: ${id} of ${executionId} called its model again`)
    this.#calls.add(call)
  }

  #violated(what: string): void {
    this.violations.push(what)
  }
}
