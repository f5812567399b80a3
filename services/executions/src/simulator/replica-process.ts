import type { Logger } from '@quillworks/service-kit/logger'
import type { EngineStorage } from '../engine/storage.ts'
import { callHandler } from '../worker/handlers/call.ts'
import { modelHandler } from '../worker/handlers/model.ts'
import { templateHandler } from '../worker/handlers/template.ts'
import { Replica } from '../worker/replica.ts'
import { Worker } from '../worker/worker.ts'
import type { SimulatedBus } from './bus.ts'
import { simulatedLease, type SimulatedLease } from './lease.ts'
import type { Link } from './link.ts'
import type { Outside } from './outside.ts'
import type { SimulatedProcess } from './scheduler.ts'
import { simulatedStorage } from './storage.ts'

/** One process of the service: its real worker and replica, between simulated servers. */
export interface ReplicaProcess {
  process: SimulatedProcess
  lease: SimulatedLease
  replica: Replica
  worker: Worker
  storage: EngineStorage
  /** It has its lease and takes requests. */
  ready: boolean
}

export interface ReplicaSettings {
  leaseMs: number
  pollMs: number
  capacity: number
  perOrganization: number
  pureStepsPerCommit: number
}

/** Boots a process as `startEngine` does; `onFailed` is called where it could not register. */
export function bootReplica(
  given: {
    process: SimulatedProcess
    link: Link
    bus: SimulatedBus
    outside: Outside
    settings: ReplicaSettings
  },
  onFailed: () => void,
): ReplicaProcess {
  const { process, link, bus, outside, settings } = given
  const { leaseMs } = settings
  const logger = traced(link, process)
  const storage = simulatedStorage(link)
  const nats = bus.connection()
  let lease: SimulatedLease | undefined
  const replica: Replica = new Replica({
    databaseUrl: '',
    secret: '',
    leaseMs,
    logger,
    onLost: () => worker.dropAll(),
    onOutlived: (id) => worker.outlive(id),
    openLease: ({ onCut }) => (lease = simulatedLease(link, { leaseMs, onCut })),
  })
  const worker: Worker = new Worker({
    ...settings,
    storage,
    replica,
    nats,
    logger,
    drainMs: 3_000,
    partialMs: 1_000,
    random: () => link.random.next(),
    handlers: {
      template: templateHandler,
      model: (context) => modelHandler(outside.model(context))(context),
      call: callHandler({ nats, secret: '', sign: async () => 'signed' }),
    },
    onFreed: () => undefined,
  })
  if (!lease) throw new Error('The replica has opened no lease.')
  const booted: ReplicaProcess = { process, lease, replica, worker, storage, ready: false }
  replica.start().then(() => {
    worker.start()
    booted.ready = true
  }, onFailed)
  return booted
}

function traced(link: Link, process: SimulatedProcess): Logger {
  const line = (level: string) => (details: { err?: unknown }, message: string) =>
    link.trace(
      () =>
        `${process.name} ${level}: ${message}${details.err instanceof Error ? ` (${details.err.message})` : ''}`,
    )
  return { info: line('info'), warn: line('warn'), error: line('error') } as unknown as Logger
}
