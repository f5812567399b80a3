import type { EngineStorage, LoadedExecution } from '../engine/storage.ts'
import { overOutages } from '../storage/over-outages.ts'
import { applyLocked, command, commandProgress, maySee, start, stateOf } from './acceptance.ts'
import { request, type Link } from './link.ts'
import { absolve, claim, consume, ownedBy, release, sweepDeadReplicas } from './ownership.ts'
import type { ExecutionRow } from './tables.ts'

/** The engine's storage over the simulated database, with the same patience for outages as the one over Postgres. */
export function simulatedStorage(link: Link): EngineStorage {
  const { database } = link
  const ask = <T>(name: string, carryOut: () => T) => request(link, name, carryOut)
  return {
    start: (execution) => overOutages(() => ask('start', () => start(database, execution))),
    command: (wanted) => overOutages(() => ask('command', () => command(database, wanted))),
    commandProgress: (id, seq) => ask('command progress', () => commandProgress(database, id, seq)),
    maySee: (asked) => ask('may change', () => maySee(database, asked)),
    claim: (wanted) => ask('claim', () => claim(database, wanted)),
    load: (ids) => overOutages(() => load(link, ids)),
    commit: (members) => ask('commit', () => database.commit(members)),
    consume: (owner) => overOutages(() => ask('consume', () => consume(database, owner))),
    release: (owner) => ask('release', () => release(database, owner)),
    ownedBy: (replicaId) => ask('owned by', () => ownedBy(database, replicaId)),
    readPayloads: (id, refs) =>
      refs.length === 0
        ? Promise.resolve(new Map())
        : overOutages(() => ask('read payloads', () => readPayloads(link, id, refs))),
    storePartial: ({ executionId, fence, ref, text }) =>
      ask('store partial', () => {
        const row = database.executions.get(executionId)
        if (row?.fence !== fence || row.state.status !== 'running') return
        const known = row.payloads.get(ref) ?? ''
        if (typeof known === 'string' && text.startsWith(known)) row.payloads.set(ref, text)
      }),
    applyLocked: (executionId, input, payloads = []) =>
      overOutages(() => ask('apply locked', () => applyLocked(database, { executionId, input, payloads }))),
    sweepDeadReplicas: (wanted) => ask('sweep', () => sweepDeadReplicas(database, wanted)),
    absolve: (replicaIds) => ask('absolve', () => absolve(database, replicaIds)),
  }
}

function readPayloads({ database }: Link, executionId: string, refs: string[]): Map<string, unknown> {
  const stored = database.executions.get(executionId)?.payloads
  const found = new Map<string, unknown>()
  for (const ref of refs) if (stored?.has(ref)) found.set(ref, stored.get(ref))
  return found
}

type Columns = Omit<LoadedExecution, 'commands'>

/** Three reads, which need not be of one moment. */
async function load(link: Link, ids: string[]): Promise<LoadedExecution[]> {
  if (ids.length === 0) return []
  const { database, faults } = link
  const rows = ids.flatMap((id) => database.executions.get(id) ?? [])
  const { current } = link.scheduler
  if (!faults.happens('torn read', 0.3, () => link.isLive(current)))
    return request(link, 'load', () =>
      rows.map((row) => ({ ...columnsOf(row), commands: commandsOf(row, row.commandSeq) })),
    )
  const columns = await request(link, 'load executions', () => rows.map(columnsOf))
  const steps = await request(link, 'load steps', () => rows.map((row) => stateOf(row).steps))
  return request(link, 'load commands', () =>
    rows.flatMap((row, index) => {
      const own = columns[index]
      const ownSteps = steps[index]
      if (!own || !ownSteps) return []
      return [{ ...own, state: { ...own.state, steps: ownSteps }, commands: commandsOf(row, own.commandSeq) }]
    }),
  )
}

function columnsOf(row: ExecutionRow): Columns {
  const { runAs, replicaId, fence, commandSeq, consumedSeq, deaths, lastCommit } = row
  return { state: stateOf(row), runAs, replicaId, fence, commandSeq, consumedSeq, deaths, lastCommit }
}

function commandsOf(row: ExecutionRow, commandSeq: number): LoadedExecution['commands'] {
  return row.commands
    .filter(({ seq }) => seq > row.consumedSeq && seq <= commandSeq)
    .map(({ seq, command: wanted }) => ({ seq, command: wanted }))
}
