import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, type PostgresServer } from '@quillworks/local-servers/postgres'
import { derivePassword } from '@quillworks/service-kit/keys'
import { endAfterThisProcess } from './reaper.ts'
import { testSecret } from './secret.ts'

/** The variable by which a test run hands its one Postgres to every suite: the owner's URL. */
export const testPostgresVariable = 'QUILLWORKS_TEST_POSTGRES'

/** Starts a Postgres for tests in a folder of its own; both go when this process does, or by `stop()`. */
export async function startSharedPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'quillworks-test-postgres-'))
  // As root, Postgres runs as another user, and would keep its files outside a folder which that one cannot enter.
  chmodSync(folder, 0o755)
  const server = await startPostgres({
    folder: join(folder, 'cluster'),
    ownerPassword: derivePassword(testSecret, 'postgres-owner'),
    logFile: join(folder, 'postgres.log'),
    durable: false,
    // Suites open many small pools at once.
    settings: { max_connections: '300' },
  })
  endAfterThisProcess({ pid: server.mark.pid, signal: 'INT', folder })
  return {
    ...server,
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

let started: Promise<PostgresServer> | undefined

/** The owner's URL of the run's Postgres; without one, of a Postgres that this process starts once. */
export async function sharedPostgresUrl(): Promise<string> {
  const given = process.env[testPostgresVariable]
  if (given) return given
  started ??= startSharedPostgres().then((server) => {
    // When a test times out, Bun ends the processes of all tests, this one among them.
    void server.exited.then(() => (started = undefined))
    return server
  })
  return (await started).url
}
