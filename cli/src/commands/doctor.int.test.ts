import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectNats } from '@quillworks/messaging/connect'
import { ensureEventsStream } from '@quillworks/messaging/events-stream'
import { serviceGrants } from '@quillworks/messaging/grants'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import { startTestNats, type TestNats } from '@quillworks/testing/nats'
import postgres from 'postgres'
import type { Finding } from '../doctor/finding.ts'
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.ts'
import { quillworks } from '../testing/quillworks.ts'

let database: TestDatabase
let owner: postgres.Sql
let nats: TestNats
let gateway: FakeGateway
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
  nats = await startTestNats()
  const service = await connectNats({ ...nats, name: 'prompts', grants: serviceGrants('prompts') })
  await ensureEventsStream(service)
  await service.close()
  gateway = await startFakeGateway()
  folder = await mkdtemp(join(tmpdir(), 'quillworks-doctor-'))
})
afterAll(async () => {
  await gateway.stop()
  await nats.close()
  await owner.end()
  await database.close()
  await rm(folder, { recursive: true })
})

async function examine(env: Record<string, string> = {}) {
  const command = quillworks(['doctor', '--json', '--data', folder], {
    QUILLWORKS_URL: gateway.url,
    QUILLWORKS_API_KEY: 'qwk_test',
    QUILLWORKS_SECRET: database.secret,
    DATABASE_URL: database.ownerUrl,
    NATS_URL: nats.url,
    ...env,
  })
  const code = await command.exited
  const findings = command
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding)
  const get = (check: string) => findings.find((finding) => finding.check === check)
  return { code, findings, get }
}

describe('quillworks doctor', () => {
  afterEach(() => {
    gateway.parts['executions'] = 'ok'
  })

  test('finds a well Quillworks well', async () => {
    const { code, findings, get } = await examine()
    expect(findings.filter((finding) => finding.state === 'failed')).toEqual([])
    expect(code).toBe(0)
    expect(get('NATS rights')).toMatchObject({ state: 'ok' })
    expect(get('Row level security')).toMatchObject({ state: 'ok' })
    expect(get('Access')?.detail).toBe('Ada in Analytical Engines')
  })

  test('names a part that is not ready', async () => {
    gateway.parts['executions'] = 'failing'
    const { code, get } = await examine()
    expect(code).toBe(1)
    expect(get('Part executions')).toMatchObject({ state: 'failed' })
    expect(get('Part prompts')).toMatchObject({ state: 'ok' })
  })

  test('sees a migration that was not applied and a table that lost its row level security', async () => {
    await owner`delete from drizzle.prompts where id = (select max(id) from drizzle.prompts)`
    await owner`alter table prompts.outbox no force row level security`
    const { code, get } = await examine()
    expect(code).toBe(1)
    expect(get('Migrations')).toMatchObject({ state: 'failed' })
    expect(get('Row level security')?.detail).toContain('prompts.outbox')
  })

  test('sees a secret that does not belong to database and NATS', async () => {
    const { code, get } = await examine({ QUILLWORKS_SECRET: 'another-secret-of-thirty-two-characters' })
    expect(code).toBe(1)
    expect(get('Secret and database')).toMatchObject({ state: 'failed' })
    expect(get('NATS')).toMatchObject({ state: 'failed' })
  })

  test('says what to do about each part that is not there', async () => {
    const nothing = 'postgres://nobody:hidden-word@127.0.0.1:1/none'
    const { code, findings } = await examine({
      DATABASE_URL: nothing,
      NATS_URL: 'nats://127.0.0.1:1',
      QUILLWORKS_URL: 'http://127.0.0.1:1',
    })
    expect(code).toBe(1)
    const failed = findings.filter((finding) => finding.state === 'failed')
    expect(failed.map((finding) => finding.check)).toEqual(['Postgres', 'NATS', 'Gateway'])
    expect(failed.every((finding) => finding.advice)).toBe(true)
    expect(JSON.stringify(findings)).not.toContain('hidden-word')
  })
})
