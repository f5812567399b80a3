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
import type { ExecutionsConfig } from './config.ts'
import type { CallModel } from './models/call-model.ts'
import { keepPartitions } from './storage/partition-keeper.ts'
import { postgresStorage } from './storage/postgres-storage.ts'
import { callHandler } from './worker/handlers/call.ts'
import { modelHandler } from './worker/handlers/model.ts'
import { templateHandler } from './worker/handlers/template.ts'
import { Replica } from './worker/replica.ts'
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
  >
  /** Connections of the system role. */
  system: Database
  nats: NatsConnection
  callModel: CallModel
  /** The model providers that may be named; any where left out. */
  providers?: readonly string[]
  logger: Logger
  partialMs?: number
}

export interface EngineService extends StartTools {
  replica: Replica
  stop: () => Promise<void>
}

/** The engine of one process: its lease, its worker, the relay of its events, and the activities it answers. */
export async function startEngine(dependencies: EngineDependencies): Promise<EngineService> {
  const { config, system, nats, callModel, logger } = dependencies
  const partitions = await keepPartitions({ database: system, logger })
  const relay = startRelay({ database: system, nats, schema: 'executions', logger })
  const storage = postgresStorage(system, relay.hand)
  const replica = new Replica({
    ...config,
    logger,
    onLost: () => worker.dropAll(),
    onOutlived: (id) => worker.outlive(id),
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
  })
  await replica.start()
  worker.start()
  const { providers } = dependencies
  const tools = { storage, worker, now: () => replica.clock.now(), providers }
  const served = [
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
    stop: async () => {
      await Promise.all(served.map((activity) => activity.stop()))
      await worker.stop()
      await relay.stop()
      await partitions.stop()
      await replica.stop()
    },
  }
}
