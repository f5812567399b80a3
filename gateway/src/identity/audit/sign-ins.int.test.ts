import { afterAll, beforeAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { z } from 'zod'
import { startIdentity } from '../identity.test-utils.ts'

let identity: Awaited<ReturnType<typeof startIdentity>>
let owner: string
beforeAll(async () => {
  identity = await startIdentity()
  owner = await identity.signInOwner()
  await ask('mutation { changePassword(input: { newPassword: "the right password" }) { id } }')
  await ask('mutation { createOrganization(name: "Elsewhere") { id } }')
})
afterAll(() => identity.close())

const ask = (source: string, organization?: string) => identity.ask({ cookie: owner, organization }, source)

let clients = 0
/** Tries from an address of its own; gives the status. */
async function signIn(email: string, password = 'a wrong password', from = `192.0.2.${(clients += 1)}`) {
  const { response } = await identity.open('/api/auth/sign-in/email', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: identity.publicUrl,
      'x-quillworks-client': from,
    },
    body: JSON.stringify({ email, password }),
  })
  return response.status
}

const entriesSchema = z.object({
  auditLog: z.object({ edges: z.array(z.object({ node: z.record(z.string(), z.unknown()) })) }),
})
async function failures(organization?: string) {
  await identity.failedSignIns.flush()
  const { data } = await ask(
    `{ auditLog(filter: { action: ["user.sign_in_failed"] }) {
      edges { node { action clientAddress actor { email } target { type name } details } } } }`,
    organization,
  )
  const { edges } = entriesSchema.parse(JSON.parse(JSON.stringify(data))).auditLog
  return edges.map(({ node }) => node)
}

const email = 'owner@quillworks.local'
const failure = {
  action: 'user.sign_in_failed',
  actor: { email },
  target: { type: 'user', name: email },
}

test('a sign-in that failed stands in the log of each organization of the account, whatever was typed', async () => {
  expect(await signIn('OWNER@quillworks.local', 'hunter2hunter2', '198.51.100.7')).toBe(401)
  const entry = { ...failure, clientAddress: '198.51.100.7', details: { method: 'password' } }
  for (const organization of [undefined, 'elsewhere']) expect(await failures(organization)).toEqual([entry])
  const rows = await identity.database.sql`select * from identity.audit_entries`
  expect(JSON.stringify(rows)).not.toContain('hunter2')
})

test('many are counted together, and an address without an account is not told', async () => {
  const before = (await failures()).length
  for (const each of [email, email, 'nobody@quillworks.local', email]) expect(await signIn(each)).toBe(401)
  const [together, first, ...older] = await failures()
  expect([together, first]).toMatchObject([
    {
      ...failure,
      details: { method: 'password', times: 2, addresses: [expect.any(String), expect.any(String)] },
    },
    { ...failure, details: { method: 'password' } },
  ])
  expect(older.length).toBe(before)
  const rows = await identity.database.sql`select * from identity.audit_entries`
  expect(JSON.stringify(rows)).not.toContain('nobody@')
})

test('what the rate limit turns away is not counted', async () => {
  const from = '198.51.100.8'
  const statuses: number[] = []
  for (let n = 0; n < 13; n += 1) statuses.push(await signIn(email, 'a wrong password', from))
  expect(statuses.filter((status) => status === 429).length).toBe(3)
  const [together, first] = await failures()
  expect([together?.['details'], first?.['details']]).toEqual([
    { method: 'password', times: 9 },
    { method: 'password' },
  ])
})

test('the answer does not wait for the entry, so that it takes no longer where there is an account', async () => {
  const ownerSql = postgres(identity.testDatabase.ownerUrl, { max: 1, onnotice: () => {} })
  const before = (await failures()).length
  await ownerSql.begin(async (sql) => {
    await sql`lock table identity.audit_entries in access exclusive mode`
    expect(await signIn(email)).toBe(401)
  })
  await ownerSql.end()
  expect((await failures()).length).toBe(before + 1)
})

test('the right password after it is told as ever', async () => {
  expect(await signIn(email, 'the right password')).toBe(200)
  const { data } = await ask('{ auditLog(first: 1) { edges { node { action target { name } } } } }')
  expect(JSON.parse(JSON.stringify(data))).toEqual({
    auditLog: { edges: [{ node: { action: 'user.signed_in', target: { name: null } } }] },
  })
})
