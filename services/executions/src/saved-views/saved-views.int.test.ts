import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { createEngineFixture, runAs, type EngineFixture, type TestEngine } from '../testing/engine-fixture.ts'
import { mostViews } from './saved-view.ts'

let fixture: EngineFixture
let engine: TestEngine
beforeAll(async () => {
  fixture = await createEngineFixture()
  engine = await fixture.engine('own')
})
afterAll(() => fixture.close())

interface Saved {
  id: string
  name: string
  query: string
}

const person = () => ({ userId: newId(), principal: 'user:somebody' })

async function save(identity: object, input: { id?: string; name: string; query?: string; page?: string }) {
  return engine.ask(
    'mutation ($input: SaveViewInput!) { saveView(input: $input) { id name query } }',
    { input: { page: 'executions', query: 'status=failed', ...input } },
    identity,
  )
}
const saved = async (...given: Parameters<typeof save>) => (await save(...given)).data['saveView'] as Saved
async function views(identity: object): Promise<Saved[]> {
  const answer = await engine.ask('{ savedViews(page: "executions") { id name query } }', {}, identity)
  return answer.data['savedViews'] as Saved[]
}
const remove = (identity: object, id: string) =>
  engine.ask('mutation ($id: ID!) { deleteView(id: $id) { id name } }', { id }, identity)
const code = (answer: { errors?: { extensions: { code: string } }[] }) => answer.errors?.[0]?.extensions.code

test('a view is kept under its name, renamed, changed and deleted', async () => {
  const ada = person()
  const view = await saved(ada, { name: '  Broken   ones ', query: '?status=failed' })
  expect(view).toMatchObject({ name: 'Broken ones', query: 'status=failed' })
  await saved(ada, { name: 'also', query: '' })
  await saved(ada, { id: view.id, name: 'broken', query: 'status=timed_out' })
  expect((await views(ada)).map(({ name, query }) => [name, query])).toEqual([
    ['also', ''],
    ['broken', 'status=timed_out'],
  ])
  expect((await remove(ada, view.id)).data['deleteView']).toEqual({ id: view.id, name: 'broken' })
  expect((await views(ada)).map(({ name }) => name)).toEqual(['also'])
  expect(code(await remove(ada, view.id))).toBe('view.not_found')
  expect(code(await remove(ada, 'x'))).toBe('view.not_found')
})

test('a name belongs to one view, and the same view sent again is the one that is kept', async () => {
  const ada = person()
  const first = await saved(ada, { name: 'Mine' })
  expect(await saved(ada, { name: 'Mine' })).toEqual(first)
  expect(code(await save(ada, { name: 'mINE', query: 'kind=chat' }))).toBe('view.name_taken')
  const other = await saved(ada, { name: 'Other' })
  expect(code(await save(ada, { id: other.id, name: 'mine' }))).toBe('view.name_taken')
  expect((await save(ada, { id: other.id, name: 'OTHER' })).errors).toBeUndefined()
  expect(await views(ada)).toHaveLength(2)
})

test('what is no view is refused', async () => {
  const ada = person()
  expect(code(await save(ada, { name: ' ' }))).toBe('input.invalid')
  expect(code(await save(ada, { name: 'x'.repeat(61) }))).toBe('input.invalid')
  expect(code(await save(ada, { name: 'x', query: 'x'.repeat(2_001) }))).toBe('input.invalid')
  expect(code(await save(ada, { name: 'a\u0000b' }))).toBe('input.invalid')
  expect(code(await save(ada, { name: 'x', page: 'nothing' }))).toBe('input.invalid')
  expect(code(await engine.ask('{ savedViews(page: "nothing") { id } }', {}, ada))).toBe('input.invalid')
})

test('so many are kept and no more, also when they come at once', async () => {
  const ada = person()
  const names = Array.from({ length: mostViews + 3 }, (_, n) => `View ${n}`)
  const answers = await Promise.all(names.map((name) => save(ada, { name })))
  expect(answers.filter((answer) => code(answer) === 'view.too_many')).toHaveLength(3)
  expect(await views(ada)).toHaveLength(mostViews)
})

test('a person has views for themselves, in one organization', async () => {
  const [ada, mary] = [person(), person()]
  const elsewhere = { ...ada, organizationId: newId() }
  const view = await saved(ada, { name: 'Private' })
  for (const other of [mary, elsewhere]) {
    expect(await views(other)).toEqual([])
    expect(code(await remove(other, view.id))).toBe('view.not_found')
    expect(code(await save(other, { id: view.id, name: 'Taken' }))).toBe('view.not_found')
    expect((await save(other, { name: 'Private' })).errors).toBeUndefined()
  }
  expect(await views(ada)).toEqual([view])
})

test('a viewer keeps views, and a key that may only read does not', async () => {
  const viewer = { ...person(), role: 'viewer', scopes: ['executions:read'] } as const
  const view = await saved(viewer, { name: 'Seen' })
  const key = { ...viewer, principal: `key:${newId()}` }
  expect((await views(key)).map(({ id }) => id)).toEqual([view.id])
  expect(code(await save(key, { name: 'Key' }))).toBe('auth.forbidden')
  expect(code(await remove(key, view.id))).toBe('auth.forbidden')
  const writing = { ...key, role: 'member', scopes: ['executions:read', 'executions:write'] } as const
  expect((await remove(writing, view.id)).errors).toBeUndefined()
})

test('the database shows and lets nobody touch the views of others', async () => {
  const [ada, mary] = [person(), person()]
  const view = await saved(ada, { name: 'Hers' })
  const role = fixture.database.connect('qw_executions')
  const asMary = (query: string) =>
    role.run(({ sql }) =>
      sql.begin(async (tx) => {
        await tx`select set_config('qw.organization_id', ${runAs.organizationId}, true),
          set_config('qw.user_id', ${mary.userId}, true)`
        return tx.unsafe(query)
      }),
    )
  const seen = await asMary('select * from executions.saved_views')
  const changed = await asMary("update executions.saved_views set name = 'x'")
  const removed = await asMary('delete from executions.saved_views')
  expect([seen.count, changed.count, removed.count]).toEqual([0, 0, 0])
  const forged = asMary(`insert into executions.saved_views
    select gen_random_uuid(), '${runAs.organizationId}', '${ada.userId}', 'executions', 'forged', '', now(), now()`)
  expect(forged).rejects.toThrow('row-level security')
  expect((await views(ada)).map(({ id }) => id)).toEqual([view.id])
})
