import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startNats, type NatsServer } from '@quillworks/local-servers/nats'
import { findNats } from '@quillworks/local-servers/nats-binary'
import { freePort } from '@quillworks/local-servers/ports'
import { startPostgres, type PostgresServer } from '@quillworks/local-servers/postgres'
import { removeCluster } from '@quillworks/local-servers/postgres-cluster'
import { waitUntil } from '@quillworks/local-servers/processes'
import { connectNats } from '@quillworks/messaging/connect'
import { natsServerConfig } from '@quillworks/messaging/credentials'
import { migrate } from '@quillworks/migrations/migrate'
import { derivePassword } from '@quillworks/service-kit/keys'
import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { startModelServer, type ModelServer } from '@quillworks/testing/model-server'
import postgres from 'postgres'
import { endServersAfterThisProcess } from './end-servers.ts'
import { startCallWorker, type CallWorker } from './call-worker.ts'
import { keepProcess, type KeptProcess } from './kept-process.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

const repository = resolve(import.meta.dirname, '../..')
/** Shorter than the real one, so that what it decides comes about within a test. */
const usualLeaseMs = 5_000

export interface Workspace {
  organizationId: string
  projectId: string
  userId: string
}

/** A server that can be killed and brought back on its port and its data. */
export interface Revivable {
  pid: () => number
  kill: () => Promise<void>
  stop: () => Promise<void>
  start: () => Promise<void>
}

export interface Part {
  process: KeptProcess
  /** Between this process and Postgres, and between it and NATS. */
  postgres: TcpProxy
  nats: TcpProxy
}

export type HarnessNats = Awaited<ReturnType<typeof connectNats>>

/** Quillworks as real processes, with a proxy in front of each of their connections and ledgers outside of it. */
export interface FaultSystem {
  folder: string
  /** Of the replicas of executions. */
  leaseMs: number
  secret: string
  url: string
  workspace: Workspace
  /** The owner's connection, past every proxy. */
  sql: postgres.Sql
  nats: HarnessNats
  models: ModelServer
  worker: CallWorker
  parts: Map<string, Part>
  part: (name: string) => Part
  postgres: Revivable
  natsServer: Revivable & { folder: string }
  isReady: () => Promise<boolean>
  stop: (options?: { keep?: boolean }) => Promise<void>
}

function revivable<T extends PostgresServer | NatsServer>(
  first: T,
  start: (port: number) => Promise<T>,
): Revivable {
  let server = first
  return {
    pid: () => server.mark.pid,
    kill: () => server.kill(),
    stop: () => server.stop(),
    start: async () => {
      server = await start(first.port)
    },
  }
}

/** Asks until the local owner's workspace is told. */
async function workspaceOf(url: string, secret: string): Promise<Workspace> {
  let workspace: Workspace | undefined
  const asked = async () => {
    const response = await fetch(`${url}/internal/local-owner-link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await signLocalAdmin({ secret })}` },
    }).catch(() => undefined)
    if (response?.status === 200) workspace = (await response.json()) as Workspace
    return workspace !== undefined
  }
  await waitUntil({ condition: asked, timeoutMs: 60_000, everyMs: 200 })
  if (!workspace) throw new Error('The gateway told no workspace.')
  return workspace
}

/** Starts everything; `replicas` processes of the executions service share the work. */
export async function startFaultSystem(
  options: { replicas?: number; leaseMs?: number; env?: Record<string, string> } = {},
): Promise<FaultSystem> {
  const leaseMs = options.leaseMs ?? usualLeaseMs
  const folder = mkdtempSync(join(tmpdir(), 'quillworks-faults-'))
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'logs'))
  const secret = 'a secret of the fault experiments, long enough'
  const bringPostgres = (port?: number) =>
    startPostgres({
      folder: join(folder, 'postgres'),
      ownerPassword: derivePassword(secret, 'postgres-owner'),
      logFile: join(folder, 'logs/postgres.log'),
      ...(port === undefined ? {} : { port }),
    })
  const binary = await findNats({ toolsFolder: join(repository, '.tools') })
  const bringNats = (port?: number) =>
    startNats({
      folder: join(folder, 'nats'),
      binary,
      config: (places) => natsServerConfig({ secret, ...places }),
      logFile: join(folder, 'logs/nats.log'),
      ...(port === undefined ? {} : { port }),
    })
  const [database, broker] = await Promise.all([bringPostgres(), bringNats()])
  endServersAfterThisProcess([join(database.folder, 'postmaster.pid'), join(folder, 'nats/nats.pid')])
  await migrate({ ownerUrl: database.url, secret })
  const models = startModelServer({ ledgerFile: join(folder, 'models.ledger') })
  const nats = await connectNats({
    url: broker.url,
    secret,
    name: 'harness',
    grants: { publish: ['>'], subscribe: ['>'] },
  })
  const parts = new Map<string, Part>()
  const databaseName = new URL(database.url).pathname
  const executions = Array.from({ length: options.replicas ?? 2 }, (_, index) =>
    index === 0 ? 'executions' : `executions-${index + 1}`,
  )
  const ports = new Map<string, number>()
  for (const name of ['prompts', ...executions, 'gateway']) ports.set(name, await freePort())
  const address = (name: string) => `http://127.0.0.1:${ports.get(name)}`

  for (const name of ports.keys()) {
    const [toPostgres, toNats] = await Promise.all([
      startTcpProxy({ port: database.port }),
      startTcpProxy({ port: broker.port }),
    ])
    const service = name.replace(/-\d+$/, '')
    const env: Record<string, string> = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: tmpdir(),
      NODE_ENV: 'production',
      QUILLWORKS_SECRET: secret,
      QUILLWORKS_DATABASE_URL: `postgres://127.0.0.1:${toPostgres.port}${databaseName}`,
      NATS_URL: `nats://127.0.0.1:${toNats.port}`,
      QUILLWORKS_PROFILE: 'local',
      QUILLWORKS_LEASE_MS: String(leaseMs),
      QUILLWORKS_POLL_MS: '500',
      BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
      ...options.env,
    }
    if (name === 'gateway') {
      env['QUILLWORKS_PORT'] = String(ports.get(name))
      env['QUILLWORKS_SERVICES'] = ['prompts', 'executions']
        .map((each) => `${each}=${address(each)}`)
        .join(',')
    } else env['QUILLWORKS_SERVICE_PORT'] = String(ports.get(name))
    if (service === 'executions') {
      env['OPENAI_API_KEY'] = 'key-of-the-experiments'
      env['OPENAI_BASE_URL'] = models.openaiBaseUrl
      env['ANTHROPIC_API_KEY'] = 'key-of-the-experiments'
      env['ANTHROPIC_BASE_URL'] = models.anthropicBaseUrl
      env['QUILLWORKS_MODEL_IDLE_MS'] ??= '2000'
    }
    const main = service === 'gateway' ? 'gateway/src/main.ts' : `services/${service}/src/main.ts`
    const process = keepProcess({
      name,
      repository,
      main,
      env,
      readyUrl: `${address(name)}/readyz`,
      logFile: join(folder, `logs/${name}.log`),
    })
    parts.set(name, { process, postgres: toPostgres, nats: toNats })
  }
  for (const { process } of parts.values()) await process.ready(90_000)
  const url = address('gateway')
  const workspace = await workspaceOf(url, secret)
  const worker = await startCallWorker({
    natsUrl: broker.url,
    secret,
    organizationId: workspace.organizationId,
    ledgerFile: join(folder, 'calls.ledger'),
  })
  const sql = postgres(database.url, { max: 4, onnotice: () => {}, connect_timeout: 5 })
  const databaseServer = revivable(database, bringPostgres)
  const natsServer = { ...revivable(broker, bringNats), folder: join(folder, 'nats') }
  return {
    folder,
    leaseMs,
    secret,
    url,
    workspace,
    sql,
    nats,
    models,
    worker,
    parts,
    part: (name) => {
      const part = parts.get(name)
      if (!part) throw new Error(`There is no ${name}.`)
      return part
    },
    postgres: databaseServer,
    natsServer,
    isReady: async () => {
      const states = await Promise.all([...parts.values()].map(({ process }) => process.isReady()))
      return states.every(Boolean)
    },
    stop: async ({ keep = false } = {}) => {
      await Promise.all([...parts.values()].map(({ process }) => process.stop()))
      await worker.close()
      await nats.close()
      await sql.end({ timeout: 1 }).catch(() => undefined)
      await models.close()
      await Promise.all([...parts.values()].flatMap((part) => [part.postgres.close(), part.nats.close()]))
      await Promise.all([databaseServer.stop(), natsServer.stop()])
      if (keep) return
      removeCluster(join(folder, 'postgres'))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
