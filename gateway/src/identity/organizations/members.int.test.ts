import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { codeOf, startIdentity } from '../identity.test-utils.ts'
import type { MemberRole } from './organizations.table.ts'

let identity: Awaited<ReturnType<typeof startIdentity>>
let owner: string
beforeAll(async () => {
  identity = await startIdentity()
  owner = await identity.signInOwner()
})
afterAll(() => identity.close())

const password = 'correct horse battery'
const invite = 'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { id url email } }'
const accept = 'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { id role } }'
const memberList = '{ members(first: 100) { edges { node { id role user { email } } } } }'

async function tokenFor(email: string, role: MemberRole = 'member', cookie = owner): Promise<string> {
  const answer = await identity.ask({ cookie }, invite, { input: { email, role } })
  const { inviteMember } = z.object({ inviteMember: z.object({ url: z.url() }) }).parse(answer.data)
  return inviteMember.url.split('/invitations/')[1] ?? ''
}

function acceptAs(cookie: string | undefined, token: string, name?: string) {
  return identity.ask({ cookie }, accept, { input: { token, name, password } })
}

let clients = 0
function signIn(email: string, withPassword = password, address = `192.0.2.${(clients += 1)}`) {
  return identity.open('/api/auth/sign-in/email', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: identity.publicUrl,
      'x-quillworks-client': address,
    },
    body: JSON.stringify({ email, password: withPassword }),
  })
}

async function join(email: string, role: MemberRole = 'member'): Promise<string> {
  const answer = await acceptAs(undefined, await tokenFor(email, role), email)
  expect(answer.errors).toBeUndefined()
  return (await signIn(email)).cookie
}

async function memberId(email: string): Promise<string> {
  const answer = await identity.ask({ cookie: owner }, memberList)
  const node = z.object({ id: z.string(), user: z.object({ email: z.string() }) })
  const { members } = z
    .object({ members: z.object({ edges: z.array(z.object({ node })) }) })
    .parse(answer.data)
  return members.edges.find((edge) => edge.node.user.email === email)?.node.id ?? ''
}

describe('invitations', () => {
  test('are listed while they are open, and can be taken back', async () => {
    const token = await tokenFor('zoe@example.com')
    const list = '{ invitations { id email url } }'
    const listSchema = z.object({
      invitations: z.array(z.object({ id: z.string(), email: z.string(), url: z.string() })),
    })
    const open = async () => listSchema.parse((await identity.ask({ cookie: owner }, list)).data).invitations
    const zoe = (await open()).find(({ email }) => email === 'zoe@example.com')
    expect(zoe?.url).toEndWith(token)
    const cancel = (cookie: string) =>
      identity.ask({ cookie }, 'mutation ($id: ID!) { cancelInvitation(id: $id) { email } }', { id: zoe?.id })
    const member = await join('yves@example.com')
    expect(codeOf(await cancel(member))).toBe('auth.forbidden')
    expect(codeOf(await identity.ask({ cookie: member }, list))).toBe('auth.forbidden')
    expect((await cancel(owner)).data).toEqual({ cancelInvitation: { email: 'zoe@example.com' } })
    expect((await open()).map(({ email }) => email)).not.toContain('zoe@example.com')
    expect(codeOf(await cancel(owner))).toBe('invitation.not_found')
    expect(codeOf(await acceptAs(undefined, token, 'Zoe'))).toBe('invitation.not_found')
  })

  test('make an account for the invited address, which then signs in with its password', async () => {
    const cookie = await join('ada@example.com', 'viewer')
    expect(await identity.authenticate({ cookie })).toMatchObject({ role: 'viewer' })
    expect((await signIn('ada@example.com', 'another password')).cookie).toBe('')
  })

  test('work once, also when used twice at the same time', async () => {
    const token = await tokenFor('once@example.com')
    const answers = await Promise.all([acceptAs(undefined, token, 'A'), acceptAs(undefined, token, 'B')])
    expect(answers.filter((answer) => !answer.errors)).toHaveLength(1)
    expect(codeOf(await acceptAs(undefined, token, 'C'))).toBe('invitation.not_found')
  })

  test('end by time and by a newer one', async () => {
    const token = await tokenFor('late@example.com')
    const newer = await tokenFor('late@example.com')
    expect(codeOf(await acceptAs(undefined, token, 'L'))).toBe('invitation.not_found')
    await identity.database
      .sql`update identity.invitations set expires_at = now() where email = 'late@example.com'`
    expect(codeOf(await acceptAs(undefined, newer, 'L'))).toBe('invitation.not_found')
  })

  test('are bound to their address', async () => {
    const other = await join('other@example.com')
    const [organization] = await identity.database.sql`
      insert into identity.organizations (id, name, slug, created_at)
      values (${Bun.randomUUIDv7()}, 'Second', 'second', now()) returning id`
    const user = await identity.authenticate({ cookie: other })
    await identity.database.sql`
      insert into identity.members (id, organization_id, user_id, role, created_at)
      values (${Bun.randomUUIDv7()}, ${String(organization?.['id'])}, ${user?.userId ?? ''}, 'member', now())`
    const token = await tokenFor('bound@example.com')
    await acceptAs(undefined, token, 'Bound')
    const again = await tokenFor('somebody@example.com')
    await join('somebody2@example.com')
    expect(codeOf(await identity.ask({ cookie: other }, accept, { input: { token: again } }))).toBe(
      'input.invalid',
    )
  })

  test('of a known address need that person signed in', async () => {
    const cookie = await join('known@example.com')
    await identity.ask({ cookie: owner }, 'mutation ($id: ID!) { removeMember(id: $id) { id } }', {
      id: await memberId('known@example.com'),
    })
    await expect(identity.authenticate({ cookie })).rejects.toMatchObject({ code: 'auth.unauthenticated' })
    const token = await tokenFor('known@example.com')
    expect(codeOf(await acceptAs(owner, token))).toBe('auth.unauthenticated')
  })

  test('to an address that is none, as owner, or of a member are refused', async () => {
    const ask = (input: unknown) => identity.ask({ cookie: owner }, invite, { input })
    expect(codeOf(await ask({ email: 'nonsense', role: 'member' }))).toBe('input.invalid')
    expect(codeOf(await ask({ email: 'x@example.com', role: 'owner' }))).toBe('input.invalid')
    expect(codeOf(await ask({ email: 'owner@quillworks.local', role: 'admin' }))).toBe('member.exists')
  })

  test('need a password that is long enough', async () => {
    const token = await tokenFor('short@example.com')
    const answer = await identity.ask({}, accept, { input: { token, name: 'S', password: 'short' } })
    expect(codeOf(answer)).toBe('input.invalid')
    expect((await acceptAs(undefined, token, 'S')).errors).toBeUndefined()
  })
})

describe('roles', () => {
  const change = 'mutation ($id: ID!, $role: MemberRole!) { changeMemberRole(id: $id, role: $role) { role } }'
  const remove = 'mutation ($id: ID!) { removeMember(id: $id) { id } }'

  test.each(['viewer', 'member'] as const)(
    'a %s can neither invite, nor change or remove members',
    async (role) => {
      const cookie = await join(`${role}@example.com`, role)
      const id = await memberId(`${role}@example.com`)
      const input = { email: 'new@example.com', role: 'viewer' }
      expect(codeOf(await identity.ask({ cookie }, invite, { input }))).toBe('auth.forbidden')
      expect(codeOf(await identity.ask({ cookie }, change, { id, role: 'admin' }))).toBe('auth.forbidden')
      expect(codeOf(await identity.ask({ cookie }, remove, { id }))).toBe('auth.forbidden')
    },
  )

  test('an admin changes members but no owner, and makes none', async () => {
    const cookie = await join('admin@example.com', 'admin')
    const id = await memberId('admin@example.com')
    const ownerId = await memberId('owner@quillworks.local')
    expect(codeOf(await identity.ask({ cookie }, change, { id, role: 'owner' }))).toBe('auth.forbidden')
    expect(codeOf(await identity.ask({ cookie }, remove, { id: ownerId }))).toBe('auth.forbidden')
    expect((await identity.ask({ cookie }, change, { id, role: 'member' })).errors).toBeUndefined()
  })

  test('the last owner stays', async () => {
    const id = await memberId('owner@quillworks.local')
    expect(codeOf(await identity.ask({ cookie: owner }, change, { id, role: 'admin' }))).toBe(
      'organization.last_owner',
    )
    expect(codeOf(await identity.ask({ cookie: owner }, remove, { id }))).toBe('organization.last_owner')
  })

  test('a foreign, missing or malformed id is the same: not found', async () => {
    for (const id of [Bun.randomUUIDv7(), 'x', '\u0000']) {
      expect(codeOf(await identity.ask({ cookie: owner }, remove, { id }))).toBe('member.not_found')
    }
  })
})

describe('signing in', () => {
  test('answers an unknown address and a wrong password alike', async () => {
    await join('alike@example.com')
    const wrong = await signIn('alike@example.com', 'not the password')
    const unknown = await signIn('nobody@example.com', 'not the password')
    expect(unknown.response.status).toBe(wrong.response.status)
    expect(await unknown.response.text()).toBe(await wrong.response.text())
  })

  test('is limited per client address', async () => {
    const statuses: number[] = []
    for (let attempt = 0; attempt < 11; attempt += 1) {
      statuses.push((await signIn('nobody@example.com', 'a wrong password', '198.51.100.7')).response.status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    expect((await signIn('nobody@example.com', 'a wrong password', '198.51.100.8')).response.status).toBe(401)
  })
})
