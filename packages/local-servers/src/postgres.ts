import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { launch, type Child } from './child.ts'
import { freePort } from './ports.ts'
import { findPostgres } from './postgres-binaries.ts'
import { initializeCluster, placeCluster, POSTGRES_ENVIRONMENT } from './postgres-cluster.ts'
import { commandLine, endProcess, markProcess, waitUntil, type ProcessMark } from './processes.ts'
import type { SystemUser } from './unprivileged-user.ts'

const OWNER = 'quillworks'

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
}

/** For tests: rows outlive a killed process, though not a power cut, and commits are cheap. */
const FAST_SETTINGS: Record<string, string> = { fsync: 'off', full_page_writes: 'off' }

export interface PostgresOptions {
  /** The cluster's folder; made when missing. */
  folder: string
  /** The owner's password, the same at every start on the folder. */
  ownerPassword: string
  logFile: string
  /** A free one is picked when missing. */
  port?: number
  database?: string
  /** False for tests only: no fsync. */
  durable?: boolean
  settings?: Record<string, string>
}

export interface PostgresServer {
  /** With the owner's name and password. */
  url: string
  port: number
  version: string
  /** Where the rows lie; not the folder asked for when Postgres's user cannot enter that one. */
  folder: string
  mark: ProcessMark
  /** Settles when the server has ended, however it did. */
  exited: Promise<void>
  /** A fast shutdown; harsher after ten seconds. */
  stop(): Promise<void>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

const SHUTDOWN = [
  { signal: 'SIGINT' as const, timeoutMs: 10_000 },
  { signal: 'SIGQUIT' as const, timeoutMs: 5_000 },
  { signal: 'SIGKILL' as const, timeoutMs: 5_000 },
]

function lockLines(folder: string): string[] {
  try {
    return readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return []
  }
}

/**
 * Ends the server that a killed supervisor left on the folder. A lock file that stays names a process that is dead, a
 * zombie that nobody reaps, or by now a foreign one, and Postgres would take the latter two for a server. So ours is
 * written instead: it holds the pid of its own parent for stale, and still looks for backends that outlived their
 * server, which it would not do were the file gone.
 */
async function endOrphan(folder: string): Promise<void> {
  const mark = markProcess(Number(lockLines(folder)[0]))
  if (mark && commandLine(mark.pid).includes(`-D ${folder}`)) {
    if (!(await endProcess({ mark, signals: SHUTDOWN }))) {
      throw new Error(`Postgres with pid ${mark.pid} on ${folder} does not end.`)
    }
  }
  const [, ...others] = lockLines(folder)
  if (others.length > 0) writeFileSync(join(folder, 'postmaster.pid'), [process.pid, ...others].join('\n'))
}

/** Launches until it is ready; again while backends of a killed server are still going away, or a free port was lost. */
async function launchUntilReady(options: {
  program: string
  folder: string
  user: SystemUser | undefined
  logFile: string
  port: number | undefined
  settings: Record<string, string>
}): Promise<Child & { port: number }> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const port = options.port ?? (await freePort())
    const settings = Object.entries({ ...options.settings, port: String(port) })
    const args = ['-D', options.folder, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const launched = launch({ ...options, args, env: POSTGRES_ENVIRONMENT })
    const isReady = () => {
      const lines = lockLines(options.folder)
      return Number(lines[0]) === launched.pid && lines[7]?.trim() === 'ready'
    }
    // Recovery after a crash may take long: there is no deadline while it runs.
    await waitUntil({
      condition: () => isReady() || launched.hasExited(),
      timeoutMs: Number.POSITIVE_INFINITY,
    })
    if (!launched.hasExited()) return { ...launched, port }
    const log = launched.log()
    const passes =
      log.includes('is still in use') || (options.port === undefined && log.includes('could not bind'))
    if (!passes || performance.now() > deadline) {
      const reasons = log.split('\n').filter((line) => /FATAL|HINT|could not/.test(line))
      throw new Error(
        `Postgres did not start on ${options.folder}: ${reasons.join(' ') || log || 'it said nothing'}`,
      )
    }
    await Bun.sleep(100)
  }
}

/** Makes the database, and thereby sees that the password is the cluster's. */
async function ensureDatabase(options: {
  url: (database: string) => string
  database: string
  folder: string
}) {
  const sql = postgres(options.url('postgres'), { max: 1, onnotice: () => {} })
  try {
    const found = await sql`select 1 from pg_database where datname = ${options.database}`
    if (found.length === 0) await sql`create database ${sql(options.database)}`
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') throw error
    throw new Error(`The data in ${options.folder} was made with another QUILLWORKS_SECRET.`, {
      cause: error,
    })
  } finally {
    await sql.end()
  }
}

/**
 * Starts the embedded Postgres on a folder, made at the first start. Whatever state a kill has left there is mended:
 * an unfinished cluster is made again, a server without a supervisor is ended first.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { folder, user } = placeCluster(options.folder)
  const binaries = findPostgres(user)
  const durable = options.durable ?? true
  initializeCluster({
    place: { folder, user },
    binaries,
    owner: OWNER,
    ownerPassword: options.ownerPassword,
    durable,
  })
  await endOrphan(folder)
  const launched = await launchUntilReady({
    program: binaries.postgres,
    folder,
    user,
    logFile: options.logFile,
    port: options.port,
    settings: { ...SETTINGS, ...(durable ? {} : FAST_SETTINGS), ...options.settings },
  })
  const mark = markProcess(launched.pid)
  if (!mark) throw new Error(`Postgres ended as soon as it was ready: see ${options.logFile}.`)
  const end = async (signals: typeof SHUTDOWN) => {
    await endProcess({ mark, signals })
    await launched.exited
  }
  const database = options.database ?? 'quillworks'
  const url = (name: string) =>
    `postgres://${OWNER}:${options.ownerPassword}@127.0.0.1:${launched.port}/${name}`
  const server: PostgresServer = {
    url: url(database),
    port: launched.port,
    version: binaries.version,
    folder,
    mark,
    exited: launched.exited,
    stop: () => end(SHUTDOWN),
    kill: () => end(SHUTDOWN.slice(-1)),
  }
  try {
    await ensureDatabase({ url, database, folder })
  } catch (error) {
    await server.stop()
    throw error
  }
  return server
}
