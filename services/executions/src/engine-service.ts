import type { Database } from '@quillworks/database/connect'
import { serveActivity } from '@quillworks/messaging/activities'
import { startRelay } from '@quillworks/messaging/relay'
import type { Logger } from '@quillworks/service-kit/logger'
import type { NatsConnection } from 'nats'
import { commandExecution } from './activities/command.ts'
import { completeAttempt } from './activities/complete.ts'
import { heartbeat } from './activities/heartbeat.ts'
import { lineageOf } from './activities/lineage.ts'
import { startExecution, type StartTools } from './activities/start.ts'
import { completeSchema, completeSubject, heartbeatSchema, heartbeatSubject } from './contract/calls.ts'
import { commandSchema, commandSubject, startExecutionSchema, startSubject } from './contract/commands.ts'
import { lineageSchema, lineageSubject } from './contract/lineage.ts'
import type { ExecutionsConfig, SoloSetting } from './config.ts'
import type { CallModel } from './models/call-model.ts'
import type { ProvidersOf } from './models/known-providers.ts'
import { keepPartitions } from './storage/partition-keeper.ts'
import { queuePositions } from './storage/queue-positions.ts'
import { soloStorage } from './storage/solo.ts'
import { unpublishedEvents } from './storage/unpublished-events.ts'
import { postgresStorage } from './storage/postgres-storage.ts'
import { callHandler } from './worker/handlers/call.ts'
import { modelHandler } from './worker/handlers/model.ts'
import { templateHandler } from './worker/handlers/template.ts'
import { Replica } from './worker/replica.ts'
import type { startSoloChild } from './worker/solo-child.ts'
import { SoloRunner } from './worker/solo-runner.ts'
import { Worker } from './worker/worker.ts'

export interface EngineDependencies {
  config: Pick<
    ExecutionsConfig,
    | 'secret'
    | 'databaseUrl'
    | 'leaseMs'
    | 'capacity'
    | 'perOrganization'
    | 'pollMs'
    | 'drainMs'
    | 'pureStepsPerCommit'
  > & { solo?: SoloSetting | null }
  /** Connections of the system role. */
  system: Database
  nats: NatsConnection
  callModel: CallModel
  /** The model providers that an organization may name; any where left out. */
  providersOf?: ProvidersOf
  logger: Logger
  partialMs?: number
  /** Starts processes that run one execution alone; without it such executions are carried out like others. */
  startChild?: typeof startSoloChild
}

export interface EngineService extends StartTools {
  replica: Replica
  /** Comes about when the one execution of a process that runs it alone is not its own any more. */
  left: Promise<void>
  /** Places of an organization's executions among what waits to be taken up, by id. */
  queuePositions: (asked: { organizationId: string; ids: readonly string[] }) => Promise<Map<string, number>>
  stop: () => Promise<void>
}

/** A child that starts up says nothing for a while. */
const leastSilentMs = 10_000

/** The engine of one process: its lease, its worker, the relay of its events, and the activities it answers. */
export async function startEngine(dependencies: EngineDependencies): Promise<EngineService> {
  const { config, system, nats, callModel, logger } = dependencies
  const { solo } = config
  const left = Promise.withResolvers<void>()
  const partitions = solo ? null : await keepPartitions({ database: system, logger })
  const relay = startRelay({ database: system, nats, outbox: unpublishedEvents, logger })
  const storage = postgresStorage(system, relay.hand)
  const replica = new Replica({
    ...config,
    logger,
    soloId: solo?.replicaId,
    onLost: () => worker.dropAll(),
    onOutlived: (id) => worker.outlive(id),
  })
  const { startChild } = dependencies
  const children =
    startChild &&
    new SoloRunner({
      storage: soloStorage(system),
      logger,
      start: (setting) => startChild({ setting, logger, silentMs: Math.max(config.leaseMs, leastSilentMs) }),
      onEnded: () => worker.wake(),
    })
  const worker = new Worker({
    ...config,
    storage,
    replica,
    nats,
    logger,
    partialMs: dependencies.partialMs ?? 1_000,
    handlers: {
      template: templateHandler,
      model: modelHandler(callModel),
      call: callHandler({ nats, secret: config.secret }),
    },
    onFreed: () => relay.kick(),
    only: solo ? { executionId: solo.executionId, onLeft: left.resolve } : undefined,
    solo: solo ? undefined : children,
  })
  await replica.start()
  worker.start()
  const { providersOf } = dependencies
  const tools = { storage, worker, now: () => replica.clock.now(), providersOf }
  const served = solo
    ? []
    : [
        serveActivity({
          nats,
          logger,
          subject: startSubject,
          queue: 'executions',
          schema: startExecutionSchema,
          handle: (request) => startExecution(tools, request),
        }),
        serveActivity({
          nats,
          logger,
          subject: commandSubject,
          queue: 'executions',
          schema: commandSchema,
          handle: (request) => commandExecution(tools, request),
        }),
        serveActivity({
          nats,
          logger,
          subject: lineageSubject,
          queue: 'executions',
          schema: lineageSchema,
          handle: (request) => lineageOf(system, request),
        }),
        serveActivity({
          nats,
          logger,
          subject: completeSubject,
          queue: 'executions',
          schema: completeSchema,
          handle: (request) => completeAttempt({ ...tools, secret: config.secret }, request),
        }),
        serveActivity({
          nats,
          logger,
          subject: heartbeatSubject,
          queue: 'executions',
          schema: heartbeatSchema,
          handle: (request) => heartbeat({ ...tools, secret: config.secret }, request),
        }),
      ]
  return {
    ...tools,
    replica,
    left: left.promise,
    queuePositions: (asked) => system.run(({ sql }) => queuePositions(sql, asked)),
    stop: async () => {
      await Promise.all(served.map((activity) => activity.stop()))
      await worker.stop()
      await relay.stop()
      await partitions?.stop()
      await replica.stop()
    },
  }
}
