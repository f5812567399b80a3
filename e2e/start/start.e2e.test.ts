import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, waitUntil } from '@quillworks/local-servers/processes'
import postgres from 'postgres'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

const MINUTES_MS = 240_000
let dataDir: string
let running: Start

beforeAll(() => {
  dataDir = newDataDir()
})

afterAll(async () => {
  await running.killAll()
  removeDataDir(dataDir)
})

async function query(text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(running.runtime().databaseUrl, { max: 1, onnotice: () => {} })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

async function isReady(): Promise<boolean> {
  return fetch(`${running.url}/readyz`).then(
    (response) => response.status === 200,
    () => false,
  )
}

function alive(name: string): boolean {
  const mark = running.processes().get(name)
  return mark !== undefined && isAlive(mark)
}

test(
  'a first start says what it does, prints one link that signs in, and is ready',
  async () => {
    running = await startQuillworks({ dataDir })
    const link = await running.ready()
    expect(await isReady()).toBe(true)
    expect(running.output()).toMatch(/✓ Postgres 18\.\d+ ready {2}\d+\.\d s/)
    expect(running.output()).toMatch(/✓ NATS 2\.\d+\.\d+ ready {2}\d+\.\d s/)
    expect(running.output().match(/https?:\/\//g)).toHaveLength(1)
    const opened = await fetch(link, { redirect: 'manual' })
    expect(opened.status).toBe(302)
    expect(opened.headers.getSetCookie().join()).toContain('HttpOnly')
    await query('create table public.kept as select 42 as answer')
  },
  MINUTES_MS,
)

test(
  'a second start on the folder, and one on the port, each say so in one line, and the first goes on',
  async () => {
    const same = await startQuillworks({ dataDir })
    expect(await same.exited).toBe(1)
    expect(same.output().trim().split('\n')).toEqual([
      expect.stringContaining(`already runs on the data folder ${dataDir}`),
    ])
    const other = newDataDir()
    const port = await startQuillworks({ dataDir: other, port: running.port })
    expect(await port.exited).toBe(1)
    expect(port.output().trim().split('\n')).toEqual([
      expect.stringContaining(`Port ${running.port} is in use`),
    ])
    removeDataDir(other)
    expect(await isReady()).toBe(true)
  },
  MINUTES_MS,
)

test(
  'a killed service, NATS and Postgres come back by themselves on their ports',
  async () => {
    const before = running.runtime()
    for (const name of ['executions', 'nats', 'postgres']) {
      const mark = running.processes().get(name)
      if (!mark) throw new Error(`${name} is not running.`)
      process.kill(mark.pid, 'SIGKILL')
      const isBack = () => running.processes().get(name)?.pid !== mark.pid && alive(name)
      expect(await waitUntil({ condition: isBack, timeoutMs: 30_000 })).toBe(true)
    }
    expect(await waitUntil({ condition: isReady, timeoutMs: 60_000, everyMs: 50 })).toBe(true)
    expect(running.runtime()).toEqual(before)
    expect(await query('select answer from public.kept')).toEqual([{ answer: 42 }])
    expect(running.output()).toContain('! executions was ended by SIGKILL')
  },
  MINUTES_MS,
)

test(
  'after kill -9 of everything the next start is whole again, on the same port',
  async () => {
    await running.killAll()
    running = await startQuillworks({ dataDir, port: running.port })
    await running.ready()
    expect(await query('select answer from public.kept')).toEqual([{ answer: 42 }])
  },
  MINUTES_MS,
)

test(
  'when only the supervisor is killed, its processes end, and the next start clears the rest',
  async () => {
    const orphans = running.processes()
    running.signal('SIGKILL')
    await running.exited
    running = await startQuillworks({ dataDir, port: running.port })
    await running.ready()
    for (const [name, mark] of orphans) expect({ name, alive: isAlive(mark) }).toEqual({ name, alive: false })
  },
  MINUTES_MS,
)

test(
  'SIGTERM stops everything and leaves no process behind',
  async () => {
    const marks = running.processes()
    expect([...marks.keys()].sort()).toEqual(
      expect.arrayContaining(['executions', 'gateway', 'nats', 'postgres', 'web']),
    )
    expect(await running.stop()).toBe(0)
    for (const [name, mark] of marks) expect({ name, alive: isAlive(mark) }).toEqual({ name, alive: false })
    expect(existsSync(join(dataDir, 'runtime.json'))).toBe(false)
  },
  MINUTES_MS,
)

test(
  '--reset starts with an empty database',
  async () => {
    running = await startQuillworks({ dataDir, args: ['--reset'] })
    await running.ready()
    expect(await query(`select to_regclass('public.kept') as kept`)).toEqual([{ kept: null }])
    expect(await running.stop()).toBe(0)
  },
  MINUTES_MS,
)
