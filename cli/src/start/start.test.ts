import { describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { markProcess } from '@quillworks/local-servers/processes'
import { ranSteadily, restartDelay } from './backoff.ts'
import { passedOn } from './config.ts'
import { openDataFolder, secretOf } from './data-folder.ts'
import { keepRunning } from './keeper.ts'
import { warningIn, warningTeller } from './log-lines.ts'
import { endOrphans, rememberProcess } from './orphans.ts'
import { partSpec, withoutCredentials } from './parts.ts'
import type { Progress } from './progress.ts'
import { hashOfSources } from './web-build.ts'

function withFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'quillworks-start-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  const result = work(folder)
  if (result instanceof Promise) void result.then(clean, clean)
  else clean()
  return result
}

function recordedProgress(): Progress & { lines: string[] } {
  const lines: string[] = []
  const record = (line: string) => void lines.push(line)
  return { lines, begin: record, ready: record, warn: record, say: record }
}

describe('what processes are told', () => {
  const ground = {
    repository: '/repository',
    secret: 's',
    databaseUrl: 'postgres://127.0.0.1:1/quillworks',
    natsUrl: 'nats://127.0.0.1:2',
    port: 4000,
    passedOn: passedOn({
      PATH: '/bin',
      OPENAI_API_KEY: 'key',
      QUILLWORKS_MODEL_SERVERS: 'ollama=…|key',
      QUILLWORKS_STATUS_MODE: 'poll',
      DATABASE_URL: 'postgres://owner:password@host/db',
      QUILLWORKS_DATA_DIR: '/data',
      AWS_SECRET_ACCESS_KEY: 'stranger',
    }),
  }
  const ports = { prompts: 5001, executions: 5002, web: 5003, gateway: 4000 }
  const envOf = (name: string) => partSpec({ name, ground, ports }).env

  test('only the process of the models gets their keys', () => {
    expect(envOf('executions')).toMatchObject({
      OPENAI_API_KEY: 'key',
      QUILLWORKS_MODEL_SERVERS: 'ollama=…|key',
    })
    for (const name of ['prompts', 'gateway', 'web']) {
      expect(Object.keys(envOf(name)).filter((key) => /OPENAI|MODEL/.test(key))).toEqual([])
    }
  })

  test("nobody gets the database owner's address or a stranger's variables, and the pages no secret", () => {
    for (const name of Object.keys(ports)) {
      expect(envOf(name)).not.toContainAnyKeys([
        'DATABASE_URL',
        'AWS_SECRET_ACCESS_KEY',
        'QUILLWORKS_DATA_DIR',
      ])
      expect(envOf(name)).toMatchObject({ PATH: '/bin', QUILLWORKS_STATUS_MODE: 'poll' })
    }
    expect(envOf('web')).not.toContainAnyKeys(['QUILLWORKS_SECRET', 'QUILLWORKS_DATABASE_URL', 'NATS_URL'])
  })

  test('the gateway knows each service and the pages', () => {
    expect(envOf('gateway')).toMatchObject({
      QUILLWORKS_PORT: '4000',
      QUILLWORKS_SERVICES: 'prompts=http://127.0.0.1:5001,executions=http://127.0.0.1:5002',
      QUILLWORKS_WEB_URL: 'http://127.0.0.1:5003',
      BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
    })
  })

  test('an address keeps all but its credentials', () => {
    expect(withoutCredentials('postgres://me:pass%40word@db.example:6432/quill?sslmode=require')).toBe(
      'postgres://db.example:6432/quill?sslmode=require',
    )
  })
})

test('the secret is made once, for its owner only', () =>
  withFolder((path) => {
    const folder = openDataFolder(join(path, 'data'))
    const secret = secretOf(folder, '')
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(secretOf(folder, '')).toBe(secret)
    expect(secretOf(folder, 'given')).toBe('given')
    expect(statSync(join(path, 'data/secret')).mode & 0o777).toBe(0o600)
  }))

test('a data folder that is a file is named', () =>
  withFolder((path) => {
    writeFileSync(join(path, 'file'), '')
    expect(() => openDataFolder(join(path, 'file'))).toThrow(
      `${path}/file cannot be used: it is not a folder`,
    )
  }))

test('the pages are built anew when any of their sources changed', () =>
  withFolder((path) => {
    mkdirSync(join(path, 'src/routes'), { recursive: true })
    writeFileSync(join(path, 'src/routes/page.svelte'), 'one')
    const first = hashOfSources(path)
    expect(hashOfSources(path)).toBe(first)
    writeFileSync(join(path, 'src/routes/page.svelte'), 'two')
    expect(hashOfSources(path)).not.toBe(first)
  }))

describe('what the terminal is told of a log', () => {
  test('warnings and errors with their reason, nothing else', () => {
    expect(warningIn('{"level":50,"msg":"The relay failed","err":{"message":"no route"}}')).toBe(
      'The relay failed: no route',
    )
    expect(warningIn('{"level":30,"msg":"Listening"}')).toBeUndefined()
    expect(warningIn('{"level":')).toBeUndefined()
    expect(warningIn('plain text')).toBeUndefined()
  })

  test('the same warning is told again only after a while', () => {
    const progress = recordedProgress()
    let now = 0
    const tell = warningTeller({ name: 'prompts', progress, now: () => now })
    const line = '{"level":40,"msg":"slow"}'
    tell(line)
    tell(line)
    tell('{"level":40,"msg":"other"}')
    now = 30_000
    tell(line)
    expect(progress.lines).toEqual(['prompts: slow', 'prompts: other', 'prompts: slow'])
  })
})

describe('a process that ends', () => {
  test('is started again with growing pauses, which have an upper bound', () => {
    const delays = Array.from({ length: 12 }, (_, restarts) => restartDelay(restarts))
    expect(delays).toEqual([...delays].sort((a, b) => a - b))
    expect(delays[0]).toBe(250)
    expect(delays.at(-1)).toBe(15_000)
    expect([ranSteadily(29_000), ranSteadily(31_000)]).toEqual([false, true])
  })

  test('is started again until it is stopped, and each time that is said', async () => {
    const progress = recordedProgress()
    const started: (() => void)[] = []
    const second = Promise.withResolvers<void>()
    const kept = await keepRunning({
      name: 'part',
      progress,
      start: () => {
        const { promise, resolve } = Promise.withResolvers<string>()
        started.push(() => resolve('ended with code 1'))
        if (started.length === 2) return Promise.reject(new Error('no port'))
        if (started.length === 3) second.resolve()
        return Promise.resolve({ exited: promise, stop: () => Promise.resolve(resolve('was stopped')) })
      },
    })
    started[0]?.()
    await second.promise
    await kept.stop(false)
    expect(started).toHaveLength(3)
    expect(progress.lines).toEqual([
      'part ended with code 1; starting it again in 0.3 s',
      'part did not start: no port; starting it again in 0.5 s',
      'part runs again',
    ])
  })
})

test('of remembered processes the very ones are ended, and foreign ones with their pid are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quillworks-orphans-'))
  const ours = Bun.spawn(['sleep', '60'])
  const foreign = Bun.spawn(['sleep', '60'])
  try {
    const mark = markProcess(ours.pid)
    if (!mark) throw new Error('The process is not running.')
    rememberProcess(folder, 'prompts', mark)
    rememberProcess(folder, 'gateway', { pid: foreign.pid, startedAt: 'another time' })
    expect(await endOrphans(folder)).toEqual(['prompts'])
    expect(await ours.exited).toBe(143)
    expect(foreign.exitCode).toBeNull()
  } finally {
    foreign.kill()
    ours.kill()
    rmSync(folder, { recursive: true, force: true })
  }
})
