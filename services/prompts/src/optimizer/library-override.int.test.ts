import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connectNats } from '@quillworks/messaging/connect'
import { engineGrants } from '@quillworks/messaging/grants'
import { signIdentity, type Identity } from '@quillworks/service-kit/identity'
import type { NatsConnection } from 'nats'
import postgres from 'postgres'
import { startEngineDouble, type EngineDouble, type Started } from '../../test/engine-double.ts'
import { auditOf } from '../../test/audit-log.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { checkResultSubject } from './subjects.ts'

const LIBRARY = `{ libraryPrompts { key title body release placeholders decisions
  override { version system body comment release faults settings { temperature } createdBy { id } } } }`
const OVERRIDE = `mutation ($input: OverrideLibraryPromptInput!) { overrideLibraryPrompt(input: $input) {
  key decisions override { version body } } }`
const RESTORE = `mutation ($key: String!, $base: Int!) { restoreLibraryPrompt(key: $key, baseDecisions: $base) {
  key decisions override { version } } }`
const TITLE = 'mutation ($input: GenerateTitleInput!) { generateTitle(input: $input) { id } }'
const OPTIMIZE = 'mutation ($input: OptimizePromptInput!) { optimizePrompt(input: $input) { id } }'
const USED = `query ($id: ID!) { optimizationResult(executionId: $id) { library { key title version } } }`

interface Library {
  key: string
  title: string
  body: string
  release: string
  placeholders: string[]
  decisions: number
  override: { version: number; body: string; comment: string | null } | null
}

let server: PromptsServer
let engine: EngineDouble
let nats: NatsConnection
let owner: postgres.Sql
beforeAll(async () => {
  server = await startPromptsServer()
  engine = await startEngineDouble(server.nats)
  nats = await connectNats({ ...server.nats, name: 'executions', grants: engineGrants('executions') })
  owner = postgres(server.database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await nats.close()
  await engine.close()
  await server.close()
})

const own = { key: 'title', system: 'Ours.', body: 'Name it: {{system}} {{body}}', baseDecisions: 0 }

async function libraryOf(identity: Identity, key: string): Promise<Library> {
  const { libraryPrompts } = await server.ask<{ libraryPrompts: Library[] }>(identity, LIBRARY)
  const found = libraryPrompts.find((one) => one.key === key)
  if (!found) throw new Error('not in the library')
  return found
}

async function begin(identity: Identity, mutation: string, input: object): Promise<Started> {
  const answer = await server.ask<Record<string, { id: string }>>(identity, mutation, { input })
  const started = engine.starts.find(({ id }) => id === Object.values(answer)[0]?.id)
  if (!started) throw new Error('not started')
  return started
}

function modelInputOf({ plan }: Started) {
  const [first] = plan.steps
  if (first?.kind !== 'model') throw new Error('no model')
  return first.input
}

async function usedBy(identity: Identity, { id }: Started): Promise<unknown> {
  const { optimizationResult } = await server.ask<{ optimizationResult: { library: unknown } }>(
    identity,
    USED,
    {
      id,
    },
  )
  return optimizationResult.library
}

describe('a library prompt', () => {
  test('is overridden by admins, used by the optimizer, and built in again', async () => {
    const member = someone()
    const { organizationId } = member
    const admin = someone({ organizationId, role: 'admin' })
    const builtIn = await libraryOf(member, 'title')
    expect(builtIn).toMatchObject({ placeholders: ['system', 'body'], decisions: 0, override: null })
    const before = await begin(member, TITLE, { body: 'x {{y}}' })
    expect(modelInputOf(before).prompt).toEqual({
      id: 'library:title',
      versionId: `release:${builtIn.release}`,
      version: 0,
    })
    expect(await usedBy(member, before)).toEqual([{ key: 'title', title: builtIn.title, version: null }])

    const settings = { temperature: 0.9 }
    await server.ask(admin, OVERRIDE, { input: { ...own, settings, comment: ' Shorter ' } })
    expect(await libraryOf(member, 'title')).toMatchObject({
      body: builtIn.body,
      decisions: 1,
      override: {
        version: 1,
        system: 'Ours.',
        body: own.body,
        comment: 'Shorter',
        release: builtIn.release,
        faults: [],
        settings,
        createdBy: { id: admin.userId },
      },
    })
    const with1 = await begin(member, TITLE, { system: 'S', body: 'x {{y}}' })
    expect(modelInputOf(with1)).toMatchObject({
      system: 'Ours.',
      body: 'Name it: S x {{y}}',
      settings,
      prompt: { id: 'library:title', versionId: 'organization:1', version: 1 },
    })
    expect(await usedBy(member, with1)).toEqual([{ key: 'title', title: builtIn.title, version: 1 }])

    expect(await server.ask<unknown>(admin, RESTORE, { key: 'title', base: 1 })).toEqual({
      restoreLibraryPrompt: { key: 'title', decisions: 2, override: null },
    })
    // Once more decides nothing.
    expect(await server.ask<unknown>(admin, RESTORE, { key: 'title', base: 2 })).toMatchObject({
      restoreLibraryPrompt: { decisions: 2 },
    })
    const after = await begin(member, TITLE, { body: 'x {{y}}' })
    expect(modelInputOf(after).system).toBe(modelInputOf(before).system)
    await server.ask(admin, OVERRIDE, { input: { ...own, baseDecisions: 2 } })
    expect((await libraryOf(member, 'title')).override?.version).toBe(3)
    expect(
      (await auditOf(server, admin)).map(({ action, targetId, details }) => [action, targetId, details]),
    ).toEqual([
      ['library_prompt.overridden', 'title', { version: 3 }],
      ['library_prompt.restored', 'title', { version: 2 }],
      ['library_prompt.overridden', 'title', { version: 1 }],
    ])
  })

  test('keeps what an optimization began with, also for the message that asks once more', async () => {
    const admin = someone({ role: 'owner' })
    const keep = (body: string, baseDecisions: number) =>
      server.ask(admin, OVERRIDE, { input: { key: 'keep', system: '', body, baseDecisions } })
    await keep('First way: {{lost}}', 0)
    const started = await begin(admin, OPTIMIZE, { body: 'About {{topic}}' })
    await keep('Second way: {{lost}}', 1)
    const { organizationId, projectId, userId } = admin
    const request = {
      executionId: started.id,
      stepKey: 'check',
      attempt: 1,
      fence: 1,
      organizationId,
      projectId,
      userId,
      identity: await signIdentity({
        secret: server.database.secret,
        audience: 'prompts',
        identity: { ...admin, role: 'service' },
      }),
      token: 't',
      body: null,
      inputs: { 'message[0]': '<body>\nAbout nothing\n</body>' },
    }
    const answer = await nats.request(checkResultSubject, JSON.stringify(request), { timeout: 10_000 })
    expect(answer.json<unknown>()).toEqual({ ok: true, output: 'First way: {{topic}}' })
    expect(await usedBy(admin, started)).toMatchObject([
      { key: 'optimize', version: null },
      { key: 'keep', version: 1 },
    ])
  })

  test('needs the placeholders of the built-in one, and no others', async () => {
    const admin = someone({ role: 'admin' })
    const attempt = async (input: object) =>
      (await server.attempt(admin, OVERRIDE, { input: { ...own, ...input } })).errors[0]?.extensions
    const lost = await attempt({ body: 'Name it: {{body}} {{tone}}' })
    expect(lost?.code).toBe('input.invalid')
    expect(lost?.issues?.map(({ message }) => message).join(' ')).toMatch(/\{\{system\}\}.*\{\{tone\}\}/)
    expect((await attempt({ body: '{{body}}', system: '{{system}}' }))?.code).toBeUndefined()
    const empty = await attempt({ body: ' ', system: '{{system}} {{body}}', baseDecisions: 1 })
    expect(empty?.issues).toEqual([{ path: ['body'], message: 'A body is needed.' }])
    const message = { key: 'keep', system: 'Be kind. {{lost}}', body: 'Once more: {{lost}}' }
    expect((await attempt(message))?.issues?.map(({ path }) => path)).toEqual([['system']])
    expect((await attempt({ settings: { temperature: 9 } }))?.code).toBe('input.invalid')
    expect((await attempt({ body: `${own.body}\u0000` }))?.code).toBe('input.invalid')
    expect((await attempt({ key: 'nothing' }))?.code).toBe('library_prompt.not_found')
    expect((await attempt({}))?.code).toBe('library_prompt.conflict')
  })

  test('is overridden once by two admins at the same time', async () => {
    const first = someone({ role: 'admin' })
    const second = someone({ organizationId: first.organizationId, role: 'admin' })
    const codes = await Promise.all(
      [first, second].map((admin) => server.codeOf(admin, OVERRIDE, { input: own })),
    )
    expect(codes.map((code) => code ?? 'done').toSorted()).toEqual(['done', 'library_prompt.conflict'])
    expect((await libraryOf(first, 'title')).decisions).toBe(1)
  })

  test('is decided about by admins alone, for their own organization', async () => {
    const admin = someone({ role: 'admin' })
    const member = someone({ organizationId: admin.organizationId })
    expect(await server.codeOf(member, OVERRIDE, { input: own })).toBe('auth.forbidden')
    await server.ask(admin, OVERRIDE, { input: own })
    expect(await server.codeOf(member, RESTORE, { key: 'title', base: 1 })).toBe('auth.forbidden')
    const reader = someone({ organizationId: admin.organizationId, role: 'admin', scopes: ['prompts:read'] })
    expect(await server.codeOf(reader, RESTORE, { key: 'title', base: 1 })).toBe('auth.forbidden')
    const stranger = someone({ role: 'admin' })
    expect(await libraryOf(stranger, 'title')).toMatchObject({ decisions: 0, override: null })
    expect(modelInputOf(await begin(stranger, TITLE, { body: 'x' })).prompt?.version).toBe(0)
    expect(await server.codeOf(stranger, RESTORE, { key: 'title', base: 1 })).toBe('library_prompt.conflict')
    expect(await auditOf(server, stranger)).toEqual([])
    expect(await server.codeOf(member, 'query { promptAuditEntries(question: {}) }')).toBe('auth.forbidden')
  })
})

test('a version that names what this release does not fill is refused, and shown as such', async () => {
  const admin = someone({ role: 'admin' })
  await server.ask(admin, OVERRIDE, { input: own })
  await owner`update prompts.library_overrides set body = '{{body}} {{of_another_release}}'
    where organization_id = ${admin.organizationId}`
  expect(await server.codeOf(admin, TITLE, { input: { body: 'x' } })).toBe('library_prompt.outdated')
  expect((await libraryOf(admin, 'title')).override).toMatchObject({
    faults: ['system', 'of_another_release'],
  })
})
