import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { withTenant } from '@quillworks/database/tenant'
import { connectNats } from '@quillworks/messaging/connect'
import { eventSchema, type QuillworksEvent } from '@quillworks/messaging/envelope'
import { gatewayGrants } from '@quillworks/messaging/grants'
import type { Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { promptFixture } from '../../test/prompt-fixture.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { variableEventSchemas, type VariableEventType } from '../contract/events.ts'
import { scopedVariableLimit } from '../template/limits.ts'
import { variableScopes } from '../template/resolve-values.ts'
import { variablesOf } from './variable.repository.ts'
import { subjectOf } from './variable.usecases.ts'

const SET = `mutation ($input: SetVariableInput!) { setVariable(input: $input) { id name scope value projectId setBy { id } } }`
const PREVIEW = `query ($input: PromptPreviewInput!) { promptPreview(input: $input) {
  body missing issues { path message } sources { name from value } } }`

interface Variable {
  id: string
  name: string
  scope: string
  value: unknown
  projectId: string | null
  setBy: { id: string }
}

interface Preview {
  body: string
  missing: string[]
  issues: { path: string[]; message: string }[]
  sources: { name: string; from: string; value: unknown }[]
}

let server: PromptsServer
let owner: postgres.Sql
beforeAll(async () => {
  server = await startPromptsServer()
  owner = postgres(server.database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await server.close()
})

async function set(identity: Identity, scope: string, name: string, value: unknown, projectId?: string) {
  const input = { scope, name, value, projectId }
  return (await server.ask<{ setVariable: Variable }>(identity, SET, { input })).setVariable
}

async function list(identity: Identity, args = ''): Promise<string[]> {
  const query = `{ variables${args} { name scope value } }`
  const { variables } = await server.ask<{ variables: Variable[] }>(identity, query)
  return variables.map(({ name, scope, value }) => `${scope} ${name} ${JSON.stringify(value)}`)
}

async function preview(identity: Identity, input: Record<string, unknown>): Promise<Preview> {
  return (await server.ask<{ promptPreview: Preview }>(identity, PREVIEW, { input })).promptPreview
}

describe('a scoped variable', () => {
  test('is set, set again, listed and deleted', async () => {
    const ada = someone()
    const made = await set(ada, 'user', ' tone ', 'warm')
    expect(made).toMatchObject({ name: 'tone', scope: 'user', value: 'warm', projectId: null })
    expect((await set(ada, 'user', 'tone', 'dry')).id).toBe(made.id)
    expect((await set(ada, 'project', 'tone', { a: [1] })).projectId).toBe(ada.projectId)
    await set(ada, 'organization', 'limit', 0)
    await set(ada, 'organization', 'strict', false)
    expect(await list(ada)).toEqual([
      'organization limit 0',
      'organization strict false',
      'project tone {"a":[1]}',
      'user tone "dry"',
    ])
    expect(await list(ada, '(scope: user)')).toEqual(['user tone "dry"'])
    await server.ask(ada, `mutation { deleteVariable(id: "${made.id}") { id } }`)
    expect(await list(ada, '(scope: user)')).toEqual([])
    expect(await server.codeOf(ada, `mutation { deleteVariable(id: "${made.id}") { id } }`)).toBe(
      'variable.not_found',
    )
  })

  test('comes back as the text it was, also where the text looks like something else', async () => {
    const ada = someone()
    for (const text of ['1e3', '"x"', 'true', 'null', '{"a":1}', '007', ' ']) {
      expect((await set(ada, 'user', 'x', text)).value).toBe(text)
      expect(await list(ada)).toEqual([`user x ${JSON.stringify(text)}`])
      expect((await preview(ada, { body: '{{x}}' })).body).toBe(text)
    }
  })

  test('is refused where it could not be used', async () => {
    const ada = someone()
    const bad: [string, unknown][] = [
      ['two words', 'x'],
      ['', 'x'],
      ['x', ''],
      ['x', 'nul \u0000'],
      ['x', 'x'.repeat(65_537)],
    ]
    for (const [name, value] of bad) {
      const code = await server.codeOf(ada, SET, { input: { scope: 'user', name, value } })
      expect([name, code]).toEqual([name, 'input.invalid'])
    }
    const elsewhere = { scope: 'project', name: 'x', value: 'x', projectId: newId() }
    expect(await server.codeOf(ada, SET, { input: elsewhere })).toBe('project.not_found')
    expect(await list(ada)).toEqual([])
    expect(await set(ada, 'project', 'x', 1, ada.projectId)).toMatchObject({ projectId: ada.projectId })
  })

  test('has company up to a limit, for those who come at the same time too', async () => {
    const ada = someone()
    await owner`
      insert into prompts.variables (id, organization_id, owner_id, visibility, scope, subject_id, name, value)
      select gen_random_uuid(), ${ada.organizationId}, ${ada.userId}, 'private', 'user', ${ada.userId}, 'n' || n, '1'
      from generate_series(1, ${scopedVariableLimit - 1}) n`
    const codes = await Promise.all(
      ['a', 'b', 'c'].map((name) => server.codeOf(ada, SET, { input: { scope: 'user', name, value: 1 } })),
    )
    expect(codes.filter((code) => code === undefined)).toHaveLength(1)
    expect(codes.filter((code) => code === 'variable.too_many')).toHaveLength(2)
    expect((await set(ada, 'user', 'n1', 2)).value).toBe(2)
    expect((await set(ada, 'organization', 'a', 2)).value).toBe(2)
  })
})

describe('who sees and sets what', () => {
  test("one's own is seen by oneself alone, the others by the organization", async () => {
    const ada = someone()
    const { organizationId, projectId } = ada
    const bob = someone({ organizationId, projectId, role: 'owner' })
    const mine = await set(ada, 'user', 'x', 'mine')
    const ours = await set(ada, 'organization', 'x', 'ours')
    await set(ada, 'project', 'x', 'here')
    expect(await list(bob)).toEqual(['organization x "ours"', 'project x "here"'])
    expect(await list(someone({ organizationId }))).toEqual(['organization x "ours"'])
    expect(await list(someone({ organizationId }), `(scope: project, projectId: "${projectId}")`)).toEqual([
      'project x "here"',
    ])
    const stranger = someone({ userId: ada.userId, projectId })
    expect(await list(stranger)).toEqual([])
    for (const [who, id] of [
      [bob, mine.id],
      [stranger, mine.id],
      [stranger, ours.id],
      [ada, 'nonsense'],
      [ada, newId()],
    ] as const) {
      expect(await server.codeOf(who, `mutation { deleteVariable(id: "${id}") { id } }`)).toBe(
        'variable.not_found',
      )
    }
    expect(await set(bob, 'organization', 'x', 'of bob')).toMatchObject({
      id: ours.id,
      setBy: { id: bob.userId },
    })
    await server.ask(ada, `mutation { deleteVariable(id: "${ours.id}") { id } }`)
    expect(await list(ada)).toEqual(['project x "here"', 'user x "mine"'])
  })

  test('viewers and keys without the scope set nothing', async () => {
    const { organizationId } = someone()
    const others = [
      someone({ organizationId, role: 'viewer' }),
      someone({ organizationId, scopes: ['prompts:read'] }),
    ]
    for (const other of others) {
      expect(await list(other)).toEqual([])
      const input = { scope: 'user', name: 'x', value: 'x' }
      expect(await server.codeOf(other, SET, { input })).toBe('auth.forbidden')
      expect(await server.codeOf(other, `mutation { deleteVariable(id: "${newId()}") { id } }`)).toBe(
        'auth.forbidden',
      )
    }
  })
})

describe('a preview', () => {
  test('takes the value of the call, else of the nearest scope, else the default, and says which', async () => {
    const ada = someone()
    const { organizationId, projectId } = ada
    await set(ada, 'organization', 'a', 'ours')
    await set(ada, 'project', 'a', 'here')
    await set(ada, 'user', 'a', 'mine')
    await set(ada, 'organization', 'b', 'ours b')
    const input = {
      body: '{{a}} {{b}} {{c}} {{d}}',
      variables: [
        { name: 'c', default: 'default c' },
        { name: 'b', default: 'unused' },
      ],
      values: { d: 'given' },
    }
    expect(await preview(ada, input)).toEqual({
      body: 'mine ours b default c given',
      missing: [],
      issues: [],
      sources: [
        { name: 'a', from: 'user', value: 'mine' },
        { name: 'b', from: 'organization', value: 'ours b' },
        { name: 'c', from: 'default', value: 'default c' },
        { name: 'd', from: 'call', value: 'given' },
      ],
    })
    const colleague = someone({ organizationId, projectId })
    expect((await preview(colleague, input)).body).toBe('here ours b default c given')
    const elsewhere = someone({ organizationId })
    expect((await preview(elsewhere, input)).body).toBe('ours ours b default c given')
    expect((await preview(someone(), input)).missing).toEqual(['a'])
    expect((await preview(ada, { ...input, values: { a: 'called', d: 'x' } })).body).toMatch(/^called /)
  })

  test("takes the values of the prompt's own project", async () => {
    const ada = someone()
    const { create } = promptFixture(server)
    const { id: promptId } = await create(ada, { body: '{{a}}', visibility: 'organization' })
    await set(ada, 'project', 'a', 'here')
    const elsewhere = someone({ organizationId: ada.organizationId })
    await set(elsewhere, 'project', 'a', 'there')
    expect((await preview(elsewhere, { promptId })).body).toBe('here')
    expect((await preview(elsewhere, { body: '{{a}}' })).body).toBe('there')
  })

  test('names the scope of a value that does not fit', async () => {
    const ada = someone()
    await set(ada, 'project', 'n', 'seven')
    expect(
      (await preview(ada, { body: '{{n}}', variables: [{ name: 'n', type: 'number' }] })).issues,
    ).toEqual([
      {
        path: ['values', 'n'],
        message: 'The value kept for the project does not fit. Must be a number, not this text.',
      },
    ])
  })

  test('finds them by their index, among many', async () => {
    const ada = someone()
    await owner`
      insert into prompts.variables (id, organization_id, owner_id, visibility, scope, subject_id, name, value)
      select gen_random_uuid(), ${ada.organizationId}, gen_random_uuid(), 'organization', 'project', gen_random_uuid(),
        'n' || n % 100, '1' from generate_series(1, 20000) n`
    await owner`analyze prompts.variables`
    const subjects = variableScopes.map((scope) => subjectOf(ada, scope))
    for (const names of [undefined, ['n1', 'n2']]) {
      const plan = await withTenant(server.dependencies.database, ada, async (tx) => {
        const rows = await tx.execute(sql`explain ${variablesOf(tx, { subjects, names }).getSQL()}`)
        return rows.map((row) => String(row['QUERY PLAN'])).join('\n')
      })
      expect(plan).toContain('variables_name')
      expect(plan).not.toContain('Seq Scan')
    }
  })
})

test('what is set and deleted is told once each, without name or value', async () => {
  const ada = someone()
  const tap = await connectNats({ ...server.nats, name: 'tap', grants: gatewayGrants() })
  const subscription = tap.subscribe(`qw.${ada.organizationId}.>`)
  await tap.flush()
  const heard: { subject: string; event: QuillworksEvent }[] = []
  const listening = (async () => {
    for await (const message of subscription) {
      heard.push({ subject: message.subject, event: eventSchema.parse(message.json()) })
      if (message.subject.endsWith('.deleted')) return
    }
  })()
  const { id } = await set(ada, 'user', 'secret_name', 'secret value')
  await set(ada, 'user', 'secret_name', 'secret value')
  await set(ada, 'user', 'secret_name', 'other secret')
  await server.ask(ada, `mutation { deleteVariable(id: "${id}") { id } }`)
  await listening
  await tap.close()
  expect(heard.map(({ event }) => event.type)).toEqual([
    'quillworks.variable.set.v1',
    'quillworks.variable.set.v1',
    'quillworks.variable.deleted.v1',
  ])
  for (const { subject, event } of heard) {
    expect(subject).toBe(`qw.${ada.organizationId}.prompts.variable.${id}.${event.type.split('.')[2]}`)
    expect(variableEventSchemas[event.type as VariableEventType].parse(event.data)).toMatchObject({
      scope: 'user',
      subjectId: ada.userId,
      visibility: 'private',
    })
    expect(JSON.stringify(event)).not.toContain('secret')
  }
})
