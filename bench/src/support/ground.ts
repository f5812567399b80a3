import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startNats } from '@quillworks/local-servers/nats'
import { findNats } from '@quillworks/local-servers/nats-binary'
import { freePort } from '@quillworks/local-servers/ports'
import { startPostgres } from '@quillworks/local-servers/postgres'
import { removeCluster } from '@quillworks/local-servers/postgres-cluster'
import { waitUntil } from '@quillworks/local-servers/processes'
import { natsServerConfig } from '@quillworks/messaging/credentials'
import { migrate } from '@quillworks/migrations/migrate'
import { derivePassword } from '@quillworks/service-kit/keys'
import { endAfterThisProcess } from '@quillworks/testing/reaper'
import postgres from 'postgres'
import type { Watched } from './meter.ts'

const repository = resolve(import.meta.dirname, '../../..')
const secret = 'quillworks-benchmark-secret-that-protects-nothing'

export interface ServiceProcess {
  name: string
  pid: number
  url: string
  stop: () => Promise<void>
}

/** Fresh servers as `quillworks start` runs them, durable and migrated, in a folder that goes with them. */
export interface Ground {
  folder: string
  secret: string
  /** Without credentials, as services get it. */
  databaseUrl: string
  natsUrl: string
  /** The owner's connections: they bypass row level security. */
  owner: postgres.Sql
  ownerUrl: string
  watched: Watched
  /** What Postgres says of its durability and version. */
  settings: Record<string, string>
  /** Starts `services/<name>` or `gateway` as a process of its own and waits until it is ready. */
  startService: (
    name: string,
    options?: { settings?: Record<string, string>; bun?: string[] },
  ) => Promise<ServiceProcess>
  close: () => Promise<void>
}

async function shownSettings(owner: postgres.Sql): Promise<Record<string, string>> {
  const shown: Record<string, string> = {}
  for (const name of ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_level']) {
    const [row] = await owner.unsafe<{ value: string }[]>(`select current_setting('${name}') as value`)
    shown[name] = row?.value ?? ''
  }
  return shown
}

export interface GroundOptions {
  /** Postgres counts what each statement costs (a few per cent more CPU). */
  statements?: boolean
  /** More settings of Postgres. */
  postgres?: Record<string, string>
}

const counting = { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_planning': 'on' }

export async function openGround(options: GroundOptions = {}): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'quillworks-bench-'))
  // Postgres's own user must be able to enter.
  chmodSync(folder, 0o755)
  const postgresServer = await startPostgres({
    folder: join(folder, 'postgres'),
    ownerPassword: derivePassword(secret, 'postgres-owner'),
    logFile: join(folder, 'postgres.log'),
    settings: { ...(options.statements ? counting : {}), ...options.postgres },
  })
  endAfterThisProcess({ pid: postgresServer.mark.pid, signal: 'INT', folder })
  const nats = await startNats({
    folder: join(folder, 'nats'),
    binary: await findNats({ toolsFolder: join(repository, '.tools') }),
    config: (places) => natsServerConfig({ secret, ...places }),
    logFile: join(folder, 'nats.log'),
  })
  endAfterThisProcess({ pid: nats.mark.pid, signal: 'TERM', folder: join(folder, 'nats') })
  await migrate({ ownerUrl: postgresServer.url, secret })
  const owner = postgres(postgresServer.url, { max: 2, onnotice: () => {} })
  if (options.statements) await owner`create extension pg_stat_statements`
  const databaseUrl = new URL(postgresServer.url)
  databaseUrl.username = ''
  databaseUrl.password = ''
  const services = new Set<ServiceProcess>()
  const watched: Watched = [
    ['postgres', postgresServer.mark.pid],
    ['nats', nats.mark.pid],
  ]
  return {
    folder,
    secret,
    databaseUrl: databaseUrl.href,
    natsUrl: nats.url,
    owner,
    ownerUrl: postgresServer.url,
    watched,
    settings: { ...(await shownSettings(owner)), nats: nats.version, bun: Bun.version },
    startService: async (name, options = {}) => {
      const service = await startProcess({
        name,
        folder,
        bun: options.bun ?? [],
        env: {
          QUILLWORKS_SECRET: secret,
          QUILLWORKS_DATABASE_URL: databaseUrl.href,
          NATS_URL: nats.url,
          QUILLWORKS_PROFILE: 'local',
          ...options.settings,
        },
      })
      services.add(service)
      return service
    },
    close: async () => {
      await Promise.all([...services].map((service) => service.stop()))
      await owner.end({ timeout: 5 })
      await nats.stop()
      await postgresServer.stop()
      removeCluster(join(folder, 'postgres'))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startProcess(input: {
  name: string
  folder: string
  bun: string[]
  env: Record<string, string>
}): Promise<ServiceProcess> {
  const { name, folder, env } = input
  const port = await freePort()
  const logFile = join(folder, `${name}-${port}.log`)
  const log = openSync(logFile, 'a')
  const program = name === 'gateway' ? 'gateway/src/main.ts' : `services/${name}/src/main.ts`
  const child = Bun.spawn([process.execPath, ...input.bun, program], {
    cwd: repository,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: tmpdir(),
      NODE_ENV: 'production',
      ...(name === 'gateway' ? { QUILLWORKS_PORT: String(port) } : { QUILLWORKS_SERVICE_PORT: String(port) }),
      ...env,
    },
    stdio: ['ignore', log, log],
  })
  endAfterThisProcess({ pid: child.pid, signal: 'TERM', folder: join(folder, `of-${child.pid}`) })
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  const came = await waitUntil({
    condition: async () => child.exitCode !== null || (await isReady()),
    timeoutMs: 60_000,
    everyMs: 50,
  })
  if (!came || child.exitCode !== null)
    throw new Error(`${name} did not start:\n${readFileSync(logFile, 'utf8')}`)
  return {
    name,
    pid: child.pid,
    url,
    stop: async () => {
      child.kill('SIGTERM')
      await child.exited
    },
  }
}
