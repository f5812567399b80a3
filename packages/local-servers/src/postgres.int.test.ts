import { afterAll, beforeAll, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { removeCluster } from './postgres-cluster.ts'
import { startPostgres, type PostgresServer } from './postgres.ts'
import { isAlive } from './processes.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

let folder: string
const running: PostgresServer[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quillworks-postgres-test-'))
})

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()))
  removeCluster(join(folder, 'cluster'))
  rmSync(folder, { recursive: true, force: true })
})

async function start(ownerPassword = 'right'): Promise<PostgresServer> {
  const server = await startPostgres({
    folder: join(folder, 'cluster'),
    ownerPassword,
    logFile: join(folder, 'postgres.log'),
    durable: false,
  })
  running.push(server)
  return server
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

test('a cluster is UTF-8 and orders text alike under any locale of the caller', async () => {
  const server = await start()
  expect(
    await query(
      server.url,
      `select datcollate, datlocprovider, pg_encoding_to_char(encoding) as encoding
    from pg_database where datname = current_database()`,
    ),
  ).toEqual([{ datcollate: 'C', datlocprovider: 'b', encoding: 'UTF8' }])
  expect(await query(server.url, `show timezone`)).toEqual([{ TimeZone: 'UTC' }])
  expect(server.version).toStartWith('18.')
  await server.stop()
  expect(isAlive(server.mark)).toBe(false)
})

test('rows that were committed are there after a kill', async () => {
  const first = await start()
  await query(first.url, 'create table kept (n int); insert into kept select generate_series(1, 1000)')
  await first.kill()
  const second = await start()
  expect(await query(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }])
  await second.stop()
})

test('a server whose supervisor was killed is ended before the next one starts', async () => {
  const orphan = await start()
  const next = await start()
  expect(isAlive(orphan.mark)).toBe(false)
  expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await next.stop()
})

test('a pid file that names a foreign living process stops nothing', async () => {
  const first = await start()
  await first.kill()
  const pidFile = join(folder, 'cluster/postmaster.pid')
  // Under Postgres's own user, as any other is taken for gone by it.
  const stranger = spawn('sleep', ['60'], { ...unprivilegedUser() })
  try {
    const lines = readFileSync(pidFile, 'utf8').split('\n')
    writeFileSync(pidFile, [String(stranger.pid), ...lines.slice(1)].join('\n'))
    const second = await start()
    expect(stranger.exitCode).toBeNull()
    await second.stop()
  } finally {
    stranger.kill()
  }
})

test('a pid file that names a zombie, as a killed server is one in a container without init, stops nothing', async () => {
  const first = await start()
  await first.kill()
  const pidFile = join(folder, 'cluster/postmaster.pid')
  // The inner shell ends at once, and the sleeping one that it started never asks how.
  const script = 'sh -c "exit 0" & echo $!; exec sleep 60'
  const parent = spawn('/bin/sh', ['-c', script], { ...unprivilegedUser() })
  try {
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const zombie = line.toString().trim()
    const lines = readFileSync(pidFile, 'utf8').split('\n')
    writeFileSync(pidFile, [zombie, ...lines.slice(1)].join('\n'))
    const second = await start()
    await second.stop()
  } finally {
    parent.kill()
  }
})

test('another password than the one of the first start is named plainly, and nothing is left running', async () => {
  await expect(start('wrong')).rejects.toThrow('was made with another QUILLWORKS_SECRET')
  const server = await start()
  await server.stop()
})

test('nobody gets in without the password', async () => {
  const server = await start()
  const withoutPassword = server.url.replace(':right@', '@')
  await expect(query(withoutPassword, 'select 1')).rejects.toThrow()
  await expect(query(server.url.replace(':right@', ':wrong@'), 'select 1')).rejects.toMatchObject({
    code: '28P01',
  })
  await server.stop()
})

test('a used port is named', async () => {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  try {
    const server = startPostgres({
      folder: join(folder, 'cluster'),
      ownerPassword: 'right',
      logFile: join(folder, 'postgres.log'),
      port: listener.port,
      durable: false,
    })
    await expect(server).rejects.toThrow('Address already in use')
  } finally {
    listener.stop(true)
  }
})
