import { isFinal } from '../contract/status.ts'
import type { ClaimRequest } from '../engine/storage.ts'
import type { SimulatedDatabase } from './database.ts'
import type { ExecutionRow } from './tables.ts'

/** `claim` of the SQL storage: the first due execution of each organization, then the second of each, and so on. */
export function claim(database: SimulatedDatabase, request: ClaimRequest): string[] {
  const { replicaId, limit, perOrganization, planVersions, stepKinds } = request
  const now = database.now()
  // Nothing is given to a replica that was swept.
  if (!database.replicas.has(replicaId)) return []
  if (request.only !== undefined) {
    const row = database.executions.get(request.only)
    if (!row || row.replicaId !== null || row.wakeAt === null) return []
    database.claimed(row, replicaId)
    return [row.id]
  }
  if (limit <= 0) return []
  const due = new Map<string, ExecutionRow[]>()
  const owned = new Map<string, number>()
  for (const row of database.executions.values()) {
    const { organizationId, planVersion } = row.state
    if (row.replicaId !== null) owned.set(organizationId, (owned.get(organizationId) ?? 0) + 1)
    else if (
      row.wakeAt !== null &&
      row.wakeAt <= now &&
      !(request.leaveSolo && row.deaths === 2) &&
      planVersions.includes(planVersion) &&
      row.stepKinds.every((kind) => stepKinds.includes(kind))
    )
      due.set(organizationId, [...(due.get(organizationId) ?? []), row])
  }
  const chosen: { row: ExecutionRow; turn: number; wakeAt: number }[] = []
  for (const [organizationId, rows] of due) {
    const most = Math.min(limit, Math.max(0, perOrganization - (owned.get(organizationId) ?? 0)))
    rows.sort((one, other) => (one.wakeAt ?? 0) - (other.wakeAt ?? 0))
    rows.slice(0, most).forEach((row, turn) => chosen.push({ row, turn, wakeAt: row.wakeAt ?? 0 }))
  }
  chosen.sort((one, other) => one.turn - other.turn || one.wakeAt - other.wakeAt)
  return chosen.slice(0, limit).map(({ row }) => {
    database.claimed(row, replicaId)
    return row.id
  })
}

/** Gives executions back, to be claimed by anybody at once. */
export function release(
  database: SimulatedDatabase,
  { replicaId, ids }: { replicaId: string; ids: string[] },
): void {
  for (const id of ids) {
    const row = database.executions.get(id)
    if (row?.replicaId === replicaId) free(database, row)
  }
}

/** These replicas lived on without their lease: frees what they owned, which has killed nobody. */
export function absolve(database: SimulatedDatabase, replicaIds: string[]): void {
  for (const row of database.executions.values()) {
    if (row.replicaId === null || !replicaIds.includes(row.replicaId)) continue
    row.deaths = 0
    free(database, row)
  }
}

function free(database: SimulatedDatabase, row: ExecutionRow): void {
  const { status, waiting } = row.state
  row.replicaId = null
  const due = status === 'queued' || status === 'running' || row.commandSeq > row.consumedSeq
  row.wakeAt = due ? database.now() : (waiting?.until ?? null)
}

export function ownedBy(
  database: SimulatedDatabase,
  replicaId: string,
): { id: string; commandsWaiting: boolean }[] {
  const owned = []
  for (const row of database.executions.values())
    if (row.replicaId === replicaId)
      owned.push({ id: row.id, commandsWaiting: row.commandSeq > row.consumedSeq })
  return owned
}

export function consume(
  database: SimulatedDatabase,
  {
    executionId,
    replicaId,
    fence,
    seq,
  }: { executionId: string; replicaId: string; fence: number; seq: number },
): void {
  const row = database.executions.get(executionId)
  if (row?.replicaId === replicaId && row.fence === fence) row.consumedSeq = Math.max(row.consumedSeq, seq)
}

/** Deletes replicas that are dead and frees what nobody owns any more; the death that judges waits for `absolve`. */
export function sweepDeadReplicas(
  database: SimulatedDatabase,
  { selfId, judgeAt, judgeInMs }: { selfId: string; judgeAt: number; judgeInMs: number },
): number {
  const now = database.now()
  for (const replica of database.replicas.values())
    if (replica.id !== selfId && database.isDead(replica)) database.replicas.delete(replica.id)
  let changed = 0
  for (const row of database.executions.values()) {
    if (row.replicaId === null || database.replicas.has(row.replicaId)) continue
    const deaths = row.deaths + (row.openAttempts > 0 && !row.stepEnded ? 1 : 0)
    if (deaths < judgeAt || (row.wakeAt !== null && row.wakeAt <= now)) {
      row.replicaId = null
      row.deaths = deaths
      row.wakeAt = now
      changed += 1
    } else if (row.wakeAt === null) {
      row.wakeAt = now + judgeInMs
      changed += 1
    }
  }
  return changed
}

/** Whether the status lets commands in. */
export function isOver(row: ExecutionRow, now: number): boolean {
  const { status, deadlineAt } = row.state
  return isFinal(status) || (status === 'running' && deadlineAt !== null && deadlineAt <= now)
}
