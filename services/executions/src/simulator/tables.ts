import type { RunAs } from '../contract/commands.ts'
import type { ExecutionSummary } from '../contract/events.ts'
import type { EngineEvent } from '../engine/events.ts'
import type { EngineCommand } from '../engine/inputs.ts'
import type { AttemptChange } from '../engine/project-attempts.ts'
import type { ExecutionState, StepState } from '../engine/state.ts'

/** A row of `executions` with all that lies below it. */
export interface ExecutionRow {
  id: string
  /** Columns that are folded from events; its steps are rows of their own. */
  state: Omit<ExecutionState, 'steps'>
  steps: Map<string, StepState>
  attempts: Map<string, AttemptRow>
  events: EventRow[]
  payloads: Map<string, unknown>
  commands: CommandRow[]
  runAs: RunAs
  requestHash: string
  stepKinds: string[]
  replicaId: string | null
  fence: number
  commandSeq: number
  consumedSeq: number
  wakeAt: number | null
  openAttempts: number
  stepEnded: boolean
  deaths: number
  lastCommit: string | null
}

export type AttemptRow = Omit<AttemptChange, 'fresh'>

export interface EventRow {
  revision: number
  event: EngineEvent
  /** Place of its transaction among all transactions. */
  transaction: number
}

export interface CommandRow {
  seq: number
  command: EngineCommand
  stepKey: string | null
  idempotencyKey: string | null
  requestHash: string
  transaction: number
}

export interface OutboxRow {
  id: string
  executionId: string
  revision: number
  type: EngineEvent['type']
  summary: ExecutionSummary
  publishedAt: number | null
}

export interface ReplicaRow {
  id: string
  session: LeaseSession
  expiresAt: number
}

/** A connection that holds a session lock as long as it is open. */
export interface LeaseSession {
  open: boolean
}

export interface IdempotencyRow {
  executionId: string
  requestHash: string
}

/** Rules of the database that a mutation may switch off to show that somebody notices. */
export interface DatabaseRules {
  fence: boolean
  commandSeq: boolean
  revision: boolean
  deadline: boolean
  finalStates: boolean
  outboxInTransaction: boolean
  idempotency: boolean
  commandIdempotency: boolean
  sessionLocks: boolean
  deathsReset: boolean
  claimRaisesFence: boolean
}

export const postgresRules: DatabaseRules = {
  fence: true,
  commandSeq: true,
  revision: true,
  deadline: true,
  finalStates: true,
  outboxInTransaction: true,
  idempotency: true,
  commandIdempotency: true,
  sessionLocks: true,
  deathsReset: true,
  claimRaisesFence: true,
}
