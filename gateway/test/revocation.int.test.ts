import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import { summaryOf } from './fake-executions.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { followEvents, openSocket } from './subscriptions.ts'
import { until } from './until.ts'

// No check by the clock happens here: what ends, ends because it was told.
const never = { compareMs: 3_600_000, accessMs: 3_600_000 }

let gateway: TestGateway
let replica: Awaited<ReturnType<TestGateway['startReplica']>>
beforeAll(async () => {
  gateway = await startTestGateway({ watchIntervals: never })
  replica = await gateway.startReplica()
  await replica.topics.listen('probe', () => {}).ready
})
afterAll(async () => {
  await replica.stop()
  await gateway.close()
})

const keySchema = z.object({
  createApiKey: z.object({ key: z.string(), apiKey: z.object({ id: z.string() }) }),
})

async function newKey(cookie: string) {
  const query =
    'mutation { createApiKey(input: { name: "k", scopes: ["executions:read", "identity:read"] }) { key apiKey { id } } }'
  const { key, apiKey } = keySchema.parse((await gateway.ask(query, {}, { cookie })).data).createApiKey
  return { id: apiKey.id, authorization: `Bearer ${key}` }
}

/** A colleague with a membership and a key, as if they had accepted an invitation. */
async function newMember() {
  const [id, memberId] = [newId(), newId()]
  const { sql } = gateway.identity.database
  await sql`insert into identity.users (id, name, email, email_verified, created_at, updated_at)
    values (${id}, 'Colleague', ${`${id}@example.com`}, true, now(), now())`
  await sql`insert into identity.members (id, organization_id, user_id, role, created_at)
    values (${memberId}, ${gateway.owner.organizationId}, ${id}, 'member', now())`
  return { id, memberId }
}

function addExecution(): string {
  const { userId, projectId, organizationId } = gateway.owner
  const summary = summaryOf({ ownerId: userId, projectId, visibility: 'organization' })
  return gateway.executions.add(organizationId, summary)
}

const follow = 'subscription ($id: ID!) { executionUpdated(id: $id) { id } }'
const status = async (place: { url: string }, authorization: string) =>
  (
    await fetch(`${place.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: '{"query":"{ viewer { scopes } }"}',
    })
  ).status

/** Follows on both replicas by both transports; gives what each ended with. */
async function followEverywhere(authorization: string) {
  const id = addExecution()
  const sockets = [gateway, replica].map(({ url }) =>
    openSocket({ url, cookie: '' }, { params: { authorization }, keepOpen: true }),
  )
  const followers = [
    ...sockets.map((socket) => socket.follow(follow, { id })),
    await followEvents(gateway, { query: follow, variables: { id }, headers: { authorization } }),
    await followEvents(replica, { query: follow, variables: { id }, headers: { authorization } }),
  ]
  for (const follower of followers) expect((await follower.next()).errors).toBeUndefined()
  return {
    sockets,
    ends: () =>
      Promise.all(
        followers.map(async (follower) => {
          const last = await follower.next()
          await follower.ended
          return last.errors?.[0]?.extensions['code']
        }),
      ),
  }
}
const refused = Array.from({ length: 4 }, () => 'auth.unauthenticated')

describe('rights that end', () => {
  test('a revoked key is refused by the next request, and what it followed ends, on every replica', async () => {
    const { id, authorization } = await newKey(gateway.cookie)
    const other = await newKey(gateway.cookie)
    const otherFollower = await followEvents(gateway, {
      query: follow,
      variables: { id: addExecution() },
      headers: { authorization: other.authorization },
    })
    await otherFollower.next()
    const { sockets, ends } = await followEverywhere(authorization)
    expect([await status(gateway, authorization), await status(replica, authorization)]).toEqual([200, 200])

    await gateway.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id })
    expect(await status(gateway, authorization)).toBe(401)
    expect(await ends()).toEqual(refused)
    expect(await status(replica, authorization)).toBe(401)

    for (const socket of sockets) {
      const errors = (await socket.follow('{ viewer { scopes } }').ended) as {
        extensions: { code: string }
      }[]
      expect(errors[0]?.extensions.code).toBe('auth.unauthenticated')
      await socket.close()
    }
    expect(await status(gateway, other.authorization)).toBe(200)
    expect(otherFollower.received).toHaveLength(1)
    otherFollower.stop()
    await until(() => gateway.openSubscriptions() + replica.openSubscriptions() === 0)
  })

  test.each([
    ['removed', 'mutation ($id: ID!) { removeMember(id: $id) { id } }', 401],
    ['given another role', 'mutation ($id: ID!) { changeMemberRole(id: $id, role: viewer) { id } }', 200],
  ])('of a member who is %s likewise', async (_what, mutation, afterwards) => {
    const colleague = await newMember()
    const { id, authorization } = await newKey(gateway.cookie)
    await gateway.identity.database
      .sql`update identity.api_keys set metadata = ${JSON.stringify({ userId: colleague.id })} where id = ${id}`
    const { sockets, ends } = await followEverywhere(authorization)
    const answer = await gateway.ask(mutation, { id: colleague.memberId })
    expect(answer.errors).toBeUndefined()
    expect(await status(gateway, authorization)).toBe(afterwards)
    expect(await ends()).toEqual(refused)
    expect(await status(replica, authorization)).toBe(afterwards)
    for (const socket of sockets) await socket.close()
  })
})
