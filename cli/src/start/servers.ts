import { join } from 'node:path'
import { startNats, type NatsServer } from '@quillworks/local-servers/nats'
import { findNats } from '@quillworks/local-servers/nats-binary'
import { startPostgres, type PostgresServer } from '@quillworks/local-servers/postgres'
import { natsServerConfig } from '@quillworks/messaging/credentials'
import { derivePassword } from '@quillworks/service-kit/keys'
import postgres from 'postgres'
import { type DataFolder, rotateLog } from './data-folder.ts'
import { type Kept, keepRunning, type Running } from './keeper.ts'
import { type Progress, timed } from './progress.ts'
import { startError } from './start-error.ts'

function asRunning(server: PostgresServer | NatsServer): Running {
  return {
    exited: server.exited.then(() => 'ended'),
    stop: (hurry) => (hurry ? server.kill() : server.stop()),
  }
}

/** What a server says when it does not start is meant for people. */
function plainly(code: string) {
  return (error: unknown): never => {
    throw startError(code, error instanceof Error ? error.message : String(error), error)
  }
}

/** Starts the embedded Postgres and keeps it running on the port that it got first. Gives the owner's URL. */
export async function keepPostgres(input: {
  folder: DataFolder
  secret: string
  progress: Progress
}): Promise<Kept & { url: string }> {
  const logFile = input.folder.logFile('postgres')
  rotateLog(logFile)
  let server: PostgresServer | undefined
  const start = async () => {
    server = await startPostgres({
      folder: input.folder.postgres,
      ownerPassword: derivePassword(input.secret, 'postgres-owner'),
      logFile,
      ...(server ? { port: server.port } : {}),
    })
    return { ...asRunning(server), server }
  }
  const kept = await timed({
    progress: input.progress,
    what: (kept) => `Postgres ${kept.first.server.version} ready`,
    work: () =>
      keepRunning({ name: 'Postgres', start, progress: input.progress }).catch(plainly('postgres_failed')),
  })
  if (kept.first.server.folder !== input.folder.postgres) {
    input.progress.say(`  Its data lie in ${kept.first.server.folder}, which Postgres can enter.`)
  }
  return { ...kept, url: kept.first.server.url }
}

/** Starts a local NATS, downloaded if need be, and keeps it running on the port that it got first. */
export async function keepNats(input: {
  folder: DataFolder
  toolsFolder: string
  secret: string
  progress: Progress
}): Promise<Kept & { url: string }> {
  const logFile = input.folder.logFile('nats')
  rotateLog(logFile)
  let server: NatsServer | undefined
  const kept = await timed({
    progress: input.progress,
    what: (kept) => `NATS ${kept.first.server.version} ready`,
    work: async () => {
      const binary = await findNats({
        toolsFolder: input.toolsFolder,
        onDownload: (origin) => input.progress.begin(`Getting nats-server: ${origin}`),
      })
      const start = async () => {
        server = await startNats({
          folder: input.folder.nats,
          binary,
          config: (places) => natsServerConfig({ secret: input.secret, ...places }),
          logFile,
          ...(server ? { port: server.port } : {}),
        })
        return { ...asRunning(server), server }
      }
      return keepRunning({ name: 'NATS', start, progress: input.progress })
    },
  }).catch(plainly('nats_failed'))
  return { ...kept, url: kept.first.server.url }
}

/** Sees that an outside database can be used, before anything else is started. */
export async function checkDatabase(url: string): Promise<string> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} })
  try {
    const [row] = await sql<{ version: string }[]>`select current_setting('server_version') as version`
    const version = row?.version ?? ''
    if (Number.parseInt(version, 10) < 16)
      throw new Error(`it is Postgres ${version}, and 16 or later is needed`)
    return version
  } catch (error) {
    const { host, pathname } = new URL(url)
    const reason = error instanceof Error ? error.message : String(error)
    throw startError(
      'database_unusable',
      `DATABASE_URL (${host}${pathname}) cannot be used: ${reason}.`,
      error,
    )
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Where programs that are brought along are kept: with the checkout, for all data folders. */
export function toolsFolderOf(repository: string): string {
  return join(repository, '.tools')
}
