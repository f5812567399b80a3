import type { RunAs, StartExecution } from '../contract/commands.ts'
import type { ExecutionStatus } from '../contract/status.ts'
import type { EngineEvent } from './events.ts'
import type { EngineCommand, EngineInput } from './inputs.ts'
import type { Projection } from './project.ts'
import type { ExecutionState } from './state.ts'

/** Content written with a commit; a body that exists under the same reference is replaced. */
export interface PayloadWrite {
  ref: string
  body: unknown
}

export interface StoredCommand {
  seq: number
  command: EngineCommand
}

/** An execution as its owner holds it. */
export interface LoadedExecution {
  state: ExecutionState
  runAs: RunAs
  replicaId: string | null
  fence: number
  commandSeq: number
  consumedSeq: number
  deaths: number
  lastCommit: string | null
  /** Not yet consumed, in order. */
  commands: StoredCommand[]
  /** Content that is known already, because it was written just now. */
  payloads?: PayloadWrite[]
}

/** One execution's part of a group commit. */
export interface CommitMember {
  projection: Projection
  payloads: PayloadWrite[]
  replicaId: string
  fence: number
  commandSeq: number
  consumedSeq: number
  /** New for each decision and the same when it is sent again. */
  commitId: string
}

export interface ClaimRequest {
  replicaId: string
  limit: number
  /** Most executions of one organization that may be owned at once, over all replicas. */
  perOrganization: number
  planVersions: number[]
  stepKinds: string[]
  /** Takes exactly this execution, due or not, if nobody owns it. */
  only?: string
  /** Leaves what is to run alone in a process of its own. */
  leaveSolo?: boolean
}

/** An execution to store; with a `replicaId` it is owned from the beginning. */
export interface NewExecution {
  id: string
  runAs: RunAs
  idempotency: StartExecution['idempotency'] | null
  created: EngineEvent
  payloads: PayloadWrite[]
  /** Content taken over from an earlier execution under the same references. */
  copied?: { executionId: string; refs: string[] }
  requestHash: string
  replicaId: string | null
  now: number
}

export interface Started {
  id: string
  revision: number
  /** False when the same request had been accepted before. */
  fresh: boolean
  /** As its owner holds it, where it was stored for one; else it is loaded. */
  owned?: LoadedExecution
}

/** The execution under its row's lock, as far as the acceptance of a command depends on it. */
export interface CommandTarget {
  id: string
  status: ExecutionStatus
  overdue: boolean
  conversation: boolean
  commandsWaiting: boolean
  steps: {
    key: string
    status: string
    conversation: boolean
    replaces: string | null
    model: string | null
  }[]
}

/** What is stored for a command: it refers to content, which is stored beside it. */
export interface PreparedCommand {
  command: EngineCommand
  stepKey: string | null
  payload: PayloadWrite | null
}

export interface StoredCommandAnswer {
  id: string
  revision: number
  seq: number
  stepKey: string | null
}

/** A command to store; `prepare` refuses what makes no sense for the execution as it is under its row's lock. */
export interface NewCommand {
  executionId: string
  organizationId: string
  userId: string
  /** Whether it may be given to what another member shares. */
  othersToo: boolean
  idempotencyKey: string | null
  requestHash: string
  prepare: (target: CommandTarget) => PreparedCommand
}

/** The text so far of an attempt in flight. */
export interface PartialText {
  executionId: string
  fence: number
  ref: string
  text: string
}

/** All that the engine asks of the database. Methods throw on a failing connection and may then be called again. */
export interface EngineStorage {
  /** Stores a new execution in one transaction; the same request again answers the same execution. */
  start: (execution: NewExecution) => Promise<Started>
  /** Stores a command of somebody who may give it; the same key again answers what it answered before. */
  command: (command: NewCommand) => Promise<StoredCommandAnswer>
  /** The revision, and whether commands up to `seq` have been looked at. */
  commandProgress: (executionId: string, seq: number) => Promise<{ consumed: boolean; revision: number }>
  /** True for who reads it, and may so derive from it: its owner, and members where it is shared with them. */
  maySee: (asked: { executionId: string; organizationId: string; userId: string }) => Promise<boolean>
  /** Takes due executions, round-robin over organizations; answers their ids. */
  claim: (request: ClaimRequest) => Promise<string[]>
  load: (ids: string[]) => Promise<LoadedExecution[]>
  /** One statement for all members; answers the ids that were still owned and are now written. */
  commit: (members: CommitMember[]) => Promise<Set<string>>
  /** Notes that commands were looked at and changed nothing. */
  consume: (owner: { executionId: string; replicaId: string; fence: number; seq: number }) => Promise<void>
  /** Gives executions back to be claimed by anybody. */
  release: (owner: { replicaId: string; ids: string[] }) => Promise<void>
  /** Executions that the replica owns by the database, and whether commands wait there. */
  ownedBy: (replicaId: string) => Promise<{ id: string; commandsWaiting: boolean }[]>
  readPayloads: (executionId: string, refs: string[]) => Promise<Map<string, unknown>>
  /** Keeps the text of an attempt in flight, if the writer still owns the execution. */
  storePartial: (partial: PartialText) => Promise<void>
  /**
   * Decides under the row's lock, whoever owns it; the owner then reloads. `payloads` are kept if anything was decided.
   * Answers the state, null without a row.
   */
  applyLocked: (
    executionId: string,
    input: EngineInput,
    payloads?: PayloadWrite[],
  ) => Promise<ExecutionState | null>
  /** Frees what dead replicas owned, what has `judgeAt` deaths only after `judgeInMs`; answers how many executions. */
  sweepDeadReplicas: (request: { selfId: string; judgeAt: number; judgeInMs: number }) => Promise<number>
  /** Frees what these former ids of living replicas owned, and takes back its deaths. */
  absolve: (replicaIds: string[]) => Promise<void>
}
