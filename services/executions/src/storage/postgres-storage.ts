import type { Database } from '@quillworks/database/connect'
import type { OutboxEntry } from '@quillworks/messaging/outbox-store'
import type { EngineStorage } from '../engine/storage.ts'
import { applyLocked } from './apply-locked.ts'
import { claim, consume, ownedBy, release } from './claim.ts'
import { commitAtOneMoment } from './commit.ts'
import { commandProgress, storeCommand } from './commands.ts'
import { overOutages } from './over-outages.ts'
import { GroupPartials } from './group-partials.ts'
import { GroupStart } from './group-start.ts'
import { load } from './load.ts'
import { maySee } from './may-see.ts'
import { readPayloads } from './payloads.ts'
import { storeStart } from './start.ts'
import { absolve, sweepDeadReplicas } from './sweep.ts'

/**
 * The engine's storage over the system role's connections, every call under the database's deadline. What a commit has
 * written and is to be published goes to `publish`.
 */
export function postgresStorage(
  database: Database,
  publish?: (entries: OutboxEntry[]) => void,
): EngineStorage {
  const { run } = database
  const together = new GroupStart(database, publish)
  const partials = new GroupPartials(database)
  return {
    start: (execution) => overOutages(() => storeStart({ database, together, publish }, execution)),
    command: (command) => overOutages(() => storeCommand(database, command)),
    commandProgress: (executionId, seq) => commandProgress(database, executionId, seq),
    maySee: (asked) => maySee(database, asked),
    claim: (request) => run(({ sql }) => claim(sql, request)),
    load: (ids) => overOutages(() => run(({ sql }) => load(sql, ids))),
    commit: (members) => run(({ repeatable }) => commitAtOneMoment(repeatable, members, publish)),
    consume: (owner) => overOutages(() => run(({ sql }) => consume(sql, owner))),
    release: (owner) => run(({ sql }) => release(sql, owner)),
    ownedBy: (replicaId) => run(({ sql }) => ownedBy(sql, replicaId)),
    readPayloads: (executionId, refs) =>
      overOutages(() => run(({ sql }) => readPayloads(sql, executionId, refs))),
    storePartial: (partial) => partials.store(partial),
    applyLocked: (executionId, input, payloads) =>
      overOutages(() => run(({ sql }) => applyLocked(sql, { executionId, input, payloads, publish }))),
    sweepDeadReplicas: (request) => run(({ sql }) => sweepDeadReplicas(sql, request)),
    absolve: (replicaIds) => run(({ sql }) => absolve(sql, replicaIds)),
  }
}
