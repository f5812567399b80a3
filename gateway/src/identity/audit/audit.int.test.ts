import { afterAll, beforeAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { z } from 'zod'
import { codeOf, startIdentity } from '../identity.test-utils.ts'
import type { AuditFilter } from './audit-log.ts'

let identity: Awaited<ReturnType<typeof startIdentity>>
let owner: string
beforeAll(async () => {
  identity = await startIdentity()
  owner = await identity.signInOwner()
})
afterAll(() => identity.close())

const password = 'correct horse battery'
const logQuery = `query ($first: Int, $after: String, $filter: AuditFilter) {
  auditLog(first: $first, after: $after, filter: $filter) {
    edges { node { id action actor { id name email apiKeyId } target { type id name } clientAddress details } }
    pageInfo { hasNextPage endCursor }
  }
}`
const logSchema = z.object({
  auditLog: z.object({
    edges: z.array(
      z.object({
        node: z.looseObject({
          action: z.string(),
          actor: z.looseObject({ email: z.string().nullable(), apiKeyId: z.string().nullable() }),
          target: z.looseObject({ id: z.string().nullable(), name: z.string().nullable() }),
          clientAddress: z.string().nullable(),
          details: z.record(z.string(), z.unknown()),
        }),
      }),
    ),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
})

async function log(filter: AuditFilter = {}, cookie = owner) {
  const answer = await identity.ask({ cookie }, logQuery, { first: 100, filter })
  return logSchema.parse(JSON.parse(JSON.stringify(answer.data))).auditLog.edges.map(({ node }) => node)
}
const ask = (source: string, variables: Record<string, unknown> = {}, cookie = owner) =>
  identity.ask({ cookie }, source, variables)

async function given(source: string, variables: Record<string, unknown> = {}): Promise<string> {
  const answer = await ask(source, variables)
  expect(answer.errors).toBeUndefined()
  return z.record(z.string(), z.object({ id: z.string() })).parse(answer.data)['it']?.id ?? ''
}

async function join(email: string, role = 'member'): Promise<string> {
  const invited = await ask('mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { url } }', {
    input: { email, role },
  })
  const { inviteMember } = z.object({ inviteMember: z.object({ url: z.url() }) }).parse(invited.data)
  const token = inviteMember.url.split('/invitations/')[1]
  const accepted = await identity.ask(
    {},
    'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { id } }',
    { input: { token, name: email, password } },
  )
  expect(accepted.errors).toBeUndefined()
  const signedIn = await identity.open('/api/auth/sign-in/email', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: identity.publicUrl,
      'x-quillworks-client': '192.0.2.7',
    },
    body: JSON.stringify({ email, password }),
  })
  return signedIn.cookie
}

test('says who came in, how and from where', async () => {
  await join('ada@example.com')
  const [signIn, accepted, invited] = await log()
  expect(signIn).toMatchObject({
    action: 'user.signed_in',
    actor: { email: 'ada@example.com', apiKeyId: null },
    clientAddress: '192.0.2.7',
    details: { method: 'password' },
  })
  expect(accepted).toMatchObject({ action: 'invitation.accepted', target: { name: 'ada@example.com' } })
  expect(invited).toMatchObject({
    action: 'invitation.created',
    actor: { email: 'owner@quillworks.local' },
    details: { role: 'member' },
  })
  const first = (await log()).at(-1)
  expect(first).toMatchObject({ action: 'organization.created', target: { name: 'My workspace' } })
  expect(await log({ action: ['user.signed_in'] })).toContainEqual(
    expect.objectContaining({ details: { method: 'link' } }),
  )
})

test('says what became of projects, members and the organization', async () => {
  const id = await given('mutation { it: createProject(input: { name: "Atlas" }) { id } }')
  await given('mutation ($id: ID!) { it: renameProject(id: $id, name: "Globe") { id } }', { id })
  // The second time nothing is done, and nothing noted.
  for (const archived of [true, true, false, false])
    await given(
      'mutation ($id: ID!, $archived: Boolean!) { it: archiveProject(id: $id, archived: $archived) { id } }',
      {
        id,
        archived,
      },
    )
  expect(
    (await log({ targetId: id })).map(({ action, target, details }) => [action, target.name, details]),
  ).toEqual([
    ['project.unarchived', 'Globe', {}],
    ['project.archived', 'Globe', {}],
    ['project.renamed', 'Globe', { from: 'Atlas', to: 'Globe' }],
    ['project.created', 'Atlas', {}],
  ])

  await join('bob@example.com')
  const members = await ask('{ members(first: 100) { edges { node { id user { id email } } } } }')
  const bob = JSON.parse(JSON.stringify(members.data)).members.edges.find(
    ({ node }: { node: { user: { email: string } } }) => node.user.email === 'bob@example.com',
  ).node as { id: string; user: { id: string } }
  const arguments_ = { id: bob.id, projectId: id, userId: bob.user.id }
  const member = 'projectId: $projectId, userId: $userId'
  const add = `mutation ($projectId: ID!, $userId: ID!) { it: addProjectMember(${member}) { id } }`
  await given(add, arguments_)
  await given(add, arguments_)
  await given(add.replace('add', 'remove'), arguments_)
  await given('mutation ($id: ID!) { it: changeMemberRole(id: $id, role: admin) { id } }', { id: bob.id })
  await given('mutation ($id: ID!) { it: removeMember(id: $id) { id } }', { id: bob.id })
  expect(
    (await log({ targetId: bob.user.id, targetType: 'member' })).map(({ action, details }) => [
      action,
      details,
    ]),
  ).toEqual([
    ['member.removed', { role: 'admin' }],
    ['member.role_changed', { from: 'member', to: 'admin' }],
  ])
  expect((await log({ targetId: id })).slice(0, 2).map(({ action }) => action)).toEqual([
    'project.member_removed',
    'project.member_added',
  ])
  // Who has left still stands there by name.
  expect((await log({ userId: bob.user.id }))[0]).toMatchObject({ actor: { email: 'bob@example.com' } })

  await given('mutation { it: renameOrganization(name: "Workshop") { id } }')
  expect((await log())[0]).toMatchObject({
    action: 'organization.renamed',
    details: { from: 'My workspace', to: 'Workshop' },
  })
})

test('says what was done with which API key, and never the key', async () => {
  const made = await ask('mutation { createApiKey(input: { name: "robot" }) { key apiKey { id } } }')
  const { key, apiKey } = z
    .object({ createApiKey: z.object({ key: z.string(), apiKey: z.object({ id: z.string() }) }) })
    .parse(made.data).createApiKey
  await identity.ask(
    { authorization: `Bearer ${key}` },
    'mutation { createProject(input: { name: "By robot" }) { id } }',
  )
  await given('mutation ($id: ID!) { it: revokeApiKey(id: $id) { id } }', { id: apiKey.id })
  const entries = await log()
  expect(entries.slice(0, 3).map(({ action, actor }) => [action, actor.apiKeyId])).toEqual([
    ['api_key.revoked', null],
    ['project.created', apiKey.id],
    ['api_key.created', null],
  ])
  expect(JSON.stringify(entries)).not.toContain(key)
})

test('has no entry of what was not done', async () => {
  const before = (await log()).length
  const refused = await Promise.all([
    ask('mutation { createProject(input: { name: "" }) { id } }'),
    ask('mutation { inviteMember(input: { email: "ada@example.com" }) { id } }'),
    ask('mutation { createApiKey(input: { name: "x", scopes: ["nonsense"] }) { key } }'),
  ])
  expect(refused.map(codeOf)).toEqual(['input.invalid', 'member.exists', 'input.invalid'])
  expect((await log()).length).toBe(before)
})

test('is for admins of its own organization', async () => {
  const member = await join('carol@example.com')
  expect(codeOf(await identity.ask({ cookie: member }, logQuery))).toBe('auth.forbidden')
  const admin = await join('dora@example.com', 'admin')
  expect((await log({}, admin)).length).toBeGreaterThan(5)
  const made = await ask('mutation { createOrganization(name: "Elsewhere") { id } }', {}, member)
  const { id } = z
    .object({ createOrganization: z.object({ id: z.string() }) })
    .parse(made.data).createOrganization
  const elsewhere = await identity.ask({ cookie: member, organization: id }, logQuery)
  const entries = logSchema.parse(JSON.parse(JSON.stringify(elsewhere.data))).auditLog.edges
  expect(entries.map(({ node }) => node.action)).toEqual(['organization.created'])
})

test('takes a key back whose entry cannot be written', async () => {
  const owner_ = postgres(identity.testDatabase.ownerUrl, { max: 1, onnotice: () => {} })
  await owner_`alter table identity.audit_entries add constraint never check (action <> 'api_key.created') not valid`
  const answer = await ask('mutation { createApiKey(input: { name: "ghost" }) { key } }')
  await owner_`alter table identity.audit_entries drop constraint never`
  expect(answer.errors?.length).toBe(1)
  const keys = await owner_`select 1 from identity.api_keys where name = 'ghost'`
  await owner_.end()
  expect(keys.length).toBe(0)
})

test('can only be added to, by its own role too', async () => {
  const { sql } = identity.database
  for (const text of ['delete from identity.audit_entries', `update identity.audit_entries set action = 'x'`])
    await expect(sql.unsafe(text)).rejects.toThrow('permission denied')
})
