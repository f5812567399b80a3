import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import { codeOf, startIdentity } from '../identity.test-utils.ts'

let identity: Awaited<ReturnType<typeof startIdentity>>
let owner: string
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())
beforeEach(async () => {
  owner = await identity.signInOwner()
})

const sessionsSchema = z.array(z.looseObject({ id: z.string(), current: z.boolean() }))
const accountSchema = z.object({
  account: z.looseObject({ hasPassword: z.boolean(), sessions: sessionsSchema }),
})
async function account(cookie = owner) {
  const answer = await identity.ask(
    { cookie },
    '{ account { name email hasPassword hasOidc sessions { id current createdAt seenAt clientAddress } } }',
  )
  return accountSchema.parse(JSON.parse(JSON.stringify(answer.data))).account
}

let clients = 0
async function signIn(password: string) {
  const { response, cookie } = await identity.open('/api/auth/sign-in/email', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: identity.publicUrl,
      'x-quillworks-client': `192.0.2.${(clients += 1)}`,
    },
    body: JSON.stringify({ email: 'owner@quillworks.local', password }),
  })
  return { status: response.status, cookie }
}
const change = (input: object, cookie = owner) =>
  identity.ask(
    { cookie },
    'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { hasPassword } }',
    { input },
  )

describe('one’s own account', () => {
  test('gets its first password without an old one, then only with it, and other sessions end', async () => {
    const elsewhere = await identity.signInOwner()
    expect((await account()).hasPassword).toBe(false)
    expect((await change({ newPassword: 'a first password' })).data).toEqual({
      changePassword: { hasPassword: true },
    })
    expect(await identity.authenticate({ cookie: elsewhere })).toBeUndefined()
    expect(await identity.authenticate({ cookie: owner })).toBeDefined()
    expect((await signIn('a first password')).status).toBe(200)

    for (const currentPassword of [undefined, null, '', 'a wrong password']) {
      const answer = await change({ newPassword: 'a second password', currentPassword })
      expect(codeOf(answer)).toBe('input.invalid')
    }
    const right = { newPassword: 'a second password', currentPassword: 'a first password' }
    expect((await change(right)).errors).toBeUndefined()
    expect([(await signIn('a first password')).status, (await signIn('a second password')).status]).toEqual([
      401, 200,
    ])
    // Guessing comes to an end, also with the right one.
    const again = { newPassword: 'a third password', currentPassword: 'a second password' }
    expect(codeOf(await change(again))).toBe('rate.limited')
  })

  test('refuses a password that is too short', async () => {
    expect(codeOf(await change({ newPassword: 'short' }))).toBe('input.invalid')
  })

  test('is called what its person says, everywhere at once', async () => {
    const rename = 'mutation ($name: String!) { renameAccount(name: $name) { name } }'
    expect((await identity.ask({ cookie: owner }, rename, { name: ' Olga ' })).data).toEqual({
      renameAccount: { name: 'Olga' },
    })
    const { data } = await identity.ask({ cookie: owner }, '{ viewer { user { name } } }')
    expect(data).toEqual({ viewer: { user: { name: 'Olga' } } })
    expect(codeOf(await identity.ask({ cookie: owner }, rename, { name: ' ' }))).toBe('input.invalid')
  })

  test('keeps how its person follows what runs, over the deployment’s way', async () => {
    const mode = async (cookie = owner) => {
      const { data } = await identity.ask({ cookie }, '{ viewer { statusMode } }')
      return z.object({ viewer: z.object({ statusMode: z.string() }) }).parse(data).viewer.statusMode
    }
    const set = 'mutation ($mode: StatusMode) { setStatusMode(mode: $mode) { statusMode } }'
    expect(await mode()).toBe('auto')
    expect((await identity.ask({ cookie: owner }, set, { mode: 'poll' })).data).toEqual({
      setStatusMode: { statusMode: 'poll' },
    })
    expect(await mode(await identity.signInOwner())).toBe('poll')
    await identity.ask({ cookie: owner }, set, { mode: null })
    expect(await mode()).toBe('auto')
  })

  test('is not for API keys', async () => {
    const made = await identity.ask(
      { cookie: owner },
      'mutation { createApiKey(input: { name: "robot" }) { key } }',
    )
    const { key } = z.object({ createApiKey: z.object({ key: z.string() }) }).parse(made.data).createApiKey
    const documents = [
      '{ account { id } }',
      'mutation { renameAccount(name: "Robot") { id } }',
      'mutation { changePassword(input: { newPassword: "a long enough one" }) { id } }',
      `mutation { endSession(id: "${newId()}") }`,
      'mutation { endOtherSessions { id } }',
      'mutation { setStatusMode(mode: poll) { statusMode } }',
    ]
    for (const document of documents)
      expect(codeOf(await identity.ask({ authorization: `Bearer ${key}` }, document))).toBe('auth.forbidden')
  })
})

describe('sessions', () => {
  test('are listed, this one marked, and ended one by one', async () => {
    const other = await identity.signInOwner()
    const [newest] = (await account(other)).sessions
    expect(newest?.current).toBe(true)
    const seen = (await account()).sessions
    expect(seen.filter(({ current }) => current).length).toBe(1)
    const end = (id: string) =>
      identity.ask({ cookie: owner }, 'mutation ($id: ID!) { endSession(id: $id) }', { id })
    expect((await end(newest?.id ?? '')).data).toEqual({ endSession: newest?.id })
    expect(await identity.authenticate({ cookie: other })).toBeUndefined()
    for (const id of [newest?.id ?? '', newId(), 'x']) expect(codeOf(await end(id))).toBe('session.not_found')
  })

  test('of others are out of reach', async () => {
    const { sql } = identity.database
    const [stranger, session] = [newId(), newId()]
    await sql`insert into identity.users (id, name, email, email_verified, created_at, updated_at)
      values (${stranger}, 'S', 's@example.com', true, now(), now())`
    await sql`insert into identity.sessions (id, user_id, token, expires_at, created_at, updated_at)
      values (${session}, ${stranger}, 'token', now() + interval '1 day', now(), now())`
    const answer = await identity.ask({ cookie: owner }, 'mutation ($id: ID!) { endSession(id: $id) }', {
      id: session,
    })
    expect(codeOf(answer)).toBe('session.not_found')
    expect((await account()).sessions.map(({ id }) => id)).not.toContain(session)
    await identity.ask({ cookie: owner }, 'mutation { endOtherSessions { id } }')
    expect((await sql`select 1 from identity.sessions where id = ${session}`).length).toBe(1)
  })

  test('end all at once but the one that asks', async () => {
    const other = await identity.signInOwner()
    const answer = await identity.ask({ cookie: owner }, 'mutation { endOtherSessions { id current } }')
    const left = z.object({ endOtherSessions: sessionsSchema }).parse(answer.data).endOtherSessions
    expect(left.map(({ current }) => current)).toEqual([true])
    expect(await identity.authenticate({ cookie: other })).toBeUndefined()
  })
})
