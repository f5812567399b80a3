import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import { summaryOf } from './fake-executions.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { followEvents, openSocket } from './subscriptions.ts'
import { until } from './until.ts'

let gateway: TestGateway
let socket: ReturnType<typeof openSocket>
beforeAll(async () => {
  gateway = await startTestGateway({ watchIntervals: { compareMs: 200, accessMs: 200 } })
  socket = openSocket(gateway)
})
afterAll(async () => {
  await socket.close()
  await gateway.close()
})
afterEach(() => until(() => gateway.openSubscriptions() === 0))

function addExecution(over: Partial<ReturnType<typeof summaryOf>> = {}): string {
  const { userId, projectId, organizationId } = gateway.owner
  return gateway.executions.add(organizationId, summaryOf({ ownerId: userId, projectId, ...over }))
}

const hot = 'subscription ($id: ID!) { executionUpdated(id: $id) { id status revision usage { costUsd } } }'

describe('executionUpdated', () => {
  test('begins with the state now and tells each newer one, from events alone', async () => {
    const id = addExecution()
    const follower = socket.follow(hot, { id })
    expect(await follower.next()).toEqual({
      data: { executionUpdated: { id, status: 'running', revision: 1, usage: { costUsd: 0 } } },
    })
    const asked = gateway.executions.requests.length
    const usage = { ...summaryOf(gateway.owner as never).usage, costNanoUsd: '1500000' }
    gateway.executions.change(id, { status: 'succeeded', usage })
    expect(await follower.next()).toEqual({
      data: { executionUpdated: { id, status: 'succeeded', revision: 2, usage: { costUsd: 0.0015 } } },
    })
    const rereads = gateway.executions.requests.slice(asked).filter(({ body }) => body.includes('costUsd'))
    expect(rereads).toHaveLength(0)
    follower.stop()
  })

  test('reads any other selection whole, each event anew and never older than the event', async () => {
    const id = addExecution({ name: 'one' })
    const query = `subscription ($id: ID!) {
      changed: executionUpdated(id: $id) { name revision ...Steps createdBy { name } }
    }
    fragment Steps on Execution { steps { key status } }`
    const follower = socket.follow(query, { id })
    const step = { key: 'message[0]', attempt: 1, output: null }
    for (const [name, status] of [
      ['two', 'running'],
      ['three', 'streaming'],
      ['four', 'succeeded'],
    ] as const) {
      await follower.next()
      gateway.executions.change(id, { name }, { step: { ...step, status } })
    }
    await follower.next()
    expect(follower.received).toEqual(
      ['one', 'two', 'three', 'four'].map((name, index) => ({
        data: {
          changed: {
            name,
            revision: index + 1,
            steps:
              index === 0
                ? []
                : [{ key: 'message[0]', status: ['', 'running', 'streaming', 'succeeded'][index] }],
            createdBy: { name: 'Owner' },
          },
        },
      })),
    )
    follower.stop()
  })

  test('finds a change that no event told', async () => {
    const id = addExecution()
    const follower = socket.follow(hot, { id })
    await follower.next()
    gateway.executions.change(id, { status: 'succeeded' }, { quiet: true })
    expect(await follower.next()).toMatchObject({
      data: { executionUpdated: { status: 'succeeded', revision: 2 } },
    })
    follower.stop()
  })

  test('completes after the final state, which it tells once, whatever the selection', async () => {
    const id = addExecution()
    const read = 'subscription ($id: ID!) { executionUpdated(id: $id) { revision status durationMs } }'
    const followers = [socket.follow(hot, { id }), socket.follow(read, { id })]
    await Promise.all(followers.map((follower) => follower.next()))
    // Faster than they can be read: what is read for the first is the last already.
    gateway.executions.change(id, { progress: { done: 1, total: 1 } })
    gateway.executions.change(id, { status: 'succeeded' })
    const late = socket.follow(hot, { id })
    for (const follower of [...followers, late]) {
      expect(await follower.ended).toBe('complete')
      const told = follower.received.map(({ data }) => data?.['executionUpdated'] as { revision: number })
      expect(told.at(-1)).toMatchObject({ status: 'succeeded', revision: 3 })
      expect(new Set(told.map(({ revision }) => revision)).size).toBe(told.length)
    }
  })

  test('stays open after the final state while spend is unknown, and completes when it is known', async () => {
    const { usage } = summaryOf(gateway.owner as never)
    const id = addExecution({ status: 'canceled', usage: { ...usage, unknownAttempts: 1 } })
    const follower = socket.follow(hot, { id })
    await follower.next()
    gateway.executions.change(id, { usage: { ...usage, costNanoUsd: '1000000' } })
    expect(await follower.ended).toBe('complete')
    expect(follower.received.map(({ data }) => data?.['executionUpdated'])).toMatchObject([
      { revision: 1, usage: { costUsd: null } },
      { revision: 2, usage: { costUsd: 0.001 } },
    ])
  })

  test('never goes back to an older revision', async () => {
    const id = addExecution({ revision: 5 })
    const follower = socket.follow(hot, { id })
    await follower.next()
    gateway.executions.change(id, { revision: 3, status: 'queued' })
    gateway.executions.change(id, { revision: 6, status: 'succeeded' })
    expect(await follower.next()).toMatchObject({ data: { executionUpdated: { revision: 6 } } })
    follower.stop()
  })

  test.each([
    ['a missing one', () => newId()],
    [
      'one of another organization',
      () => gateway.executions.add(newId(), summaryOf({ ownerId: gateway.owner.userId, projectId: newId() })),
    ],
    ['a private one of a colleague', () => addExecution({ ownerId: newId() })],
    ['no id at all', () => 'x.>'],
  ])('of %s is not found', async (_what, make) => {
    const id = make()
    for (const query of [hot, 'subscription ($id: ID!) { executionUpdated(id: $id) { durationMs } }']) {
      const answer = await socket.follow(query, { id }).next()
      expect(answer.errors?.[0]?.extensions).toEqual({ code: 'execution.not_found' })
    }
  })

  test('ends when its reader is no member any more', async () => {
    const id = addExecution({ visibility: 'organization' })
    const follower = socket.follow(hot, { id })
    await follower.next()
    const { sql } = gateway.identity.database
    const { userId, organizationId } = gateway.owner
    await sql`update identity.members set role = 'viewer' where user_id = ${userId}`
    expect((await follower.next()).errors?.[0]?.extensions['code']).toBe('auth.unauthenticated')
    expect(await follower.ended).toBe('complete')
    await sql`update identity.members set role = 'owner' where user_id = ${userId} and organization_id = ${organizationId}`
  })
})

describe('executionsUpdated', () => {
  const list =
    'subscription ($filter: LiveExecutionFilter) { executionsUpdated(filter: $filter) { id status } }'

  test('tells who asks for it from when on nothing is missed, and ends though nothing comes', async () => {
    const follower = socket.follow(list, {}, { listening: true })
    expect(await follower.next()).toEqual({ data: null, extensions: { listening: true } } as never)
    const id = addExecution()
    gateway.executions.change(id, { status: 'succeeded' })
    expect(await follower.next()).toEqual({ data: { executionsUpdated: { id, status: 'succeeded' } } })
    follower.stop()

    const idle = socket.follow(list, { filter: { kind: ['nothing'] } }, { listening: true })
    await idle.next()
    idle.stop()
    await until(() => gateway.openSubscriptions() === 0)
  })

  test('tells what passes the filter and may be seen', async () => {
    const mine = addExecution({ kind: 'workflow' })
    const other = addExecution({ kind: 'prompt' })
    const colleagues = addExecution({ kind: 'workflow', ownerId: newId() })
    const shared = addExecution({ kind: 'workflow', ownerId: newId(), visibility: 'organization' })
    const follower = socket.follow(list, { filter: { kind: ['workflow'] } })
    await until(() => gateway.openSubscriptions() === 1)
    await gateway.topics.listen('probe', () => {}).ready
    for (const id of [other, colleagues, shared, mine]) gateway.executions.change(id, { status: 'succeeded' })
    const seen = [await follower.next(), await follower.next()].map(
      (answer) => answer.data?.['executionsUpdated'],
    )
    expect(seen).toEqual([
      { id: shared, status: 'succeeded' },
      { id: mine, status: 'succeeded' },
    ])
    follower.stop()
  })

  test('begins with the state now of those named by id', async () => {
    const ids = [addExecution(), addExecution(), newId()]
    const follower = socket.follow(list, { filter: { ids } })
    const seen = [await follower.next(), await follower.next()].map(
      (answer) => answer.data?.['executionsUpdated'],
    )
    expect(seen).toEqual(ids.slice(0, 2).map((id) => ({ id, status: 'running' })))
    follower.stop()
  })
})

describe('executionEvents', () => {
  const revisionSchema = z.object({ executionEvents: z.object({ revision: z.number() }) })
  const events =
    'subscription ($id: ID!, $after: Int) { executionEvents(id: $id, afterRevision: $after) { revision type } }'

  test('replays what is stored after a revision and goes on, each event once and in order', async () => {
    const id = addExecution({ revision: 0 })
    for (let revision = 1; revision <= 450; revision += 1) gateway.executions.change(id, {}, { quiet: true })
    const follower = socket.follow(events, { id, after: 10 })
    while (follower.received.length < 440) await follower.next()
    gateway.executions.change(id, {}, { quiet: true })
    gateway.executions.change(id, {})
    while (follower.received.length < 442) await follower.next()
    const revisions = follower.received.map(({ data }) => revisionSchema.parse(data).executionEvents.revision)
    expect(revisions).toEqual(Array.from({ length: 442 }, (_, index) => index + 11))
    follower.stop()
  })

  test('completes after the final event, and at once for who has seen it', async () => {
    const id = addExecution({ revision: 0 })
    gateway.executions.change(id, {}, { quiet: true })
    const follower = socket.follow(events, { id, after: 0 })
    await follower.next()
    gateway.executions.change(id, { status: 'succeeded' }, { past: 'succeeded' })
    expect(await follower.ended).toBe('complete')
    expect(follower.received.map(({ data }) => revisionSchema.parse(data).executionEvents.revision)).toEqual([
      1, 2,
    ])
    const late = socket.follow(events, { id, after: 2 })
    expect(await late.ended).toBe('complete')
    expect(late.received).toEqual([])
    await until(() => gateway.openSubscriptions() === 0)
  })
})

describe('server-sent events', () => {
  test('serve programs on the same path, with heartbeats of 5 seconds, and leave nothing behind', async () => {
    const id = addExecution()
    const follower = await followEvents(gateway, {
      query: hot,
      variables: { id },
      headers: { cookie: gateway.cookie },
    })
    expect(follower.response.headers.get('content-type')).toStartWith('text/event-stream')
    await follower.next()
    await until(() => follower.text().includes(':\n\n'), 15_000)
    gateway.executions.change(id, { status: 'failed' })
    expect(await follower.next()).toMatchObject({ data: { executionUpdated: { status: 'failed' } } })
    follower.stop()
    await until(() => gateway.openSubscriptions() === 0)
  })
})

describe('the socket', () => {
  test('refuses pages of other origins and who is nobody', async () => {
    const foreign = openSocket(gateway, { origin: 'https://evil.example' })
    expect(await foreign.follow(hot, { id: newId() }).ended).not.toBe('complete')
    const nobody = openSocket(gateway, { cookie: '' })
    expect(await nobody.follow(hot, { id: newId() }).ended).toMatchObject({ code: 4403 })
  })

  test('shares one upstream subscription among all who follow the same', async () => {
    const id = addExecution()
    const before = gateway.topics.size()
    const followers = Array.from({ length: 20 }, () => socket.follow(hot, { id }))
    await Promise.all(followers.map((follower) => follower.next()))
    expect(gateway.topics.size()).toBe(before + 1)
    gateway.executions.change(id, { status: 'succeeded' })
    const states = await Promise.all(followers.map((follower) => follower.next()))
    expect(states.every((answer) => JSON.stringify(answer).includes('succeeded'))).toBe(true)
    followers.forEach((follower) => follower.stop())
    await until(() => gateway.topics.size() === before)
  })

  test('checks operations as HTTP does', async () => {
    const ask = async (query: string, variables = {}) =>
      (await socket.follow(query, variables).ended) as { extensions: { code: string } }[]
    expect((await ask('subscription {'))[0]?.extensions.code).toBe('graphql.invalid')
    expect((await ask('{ nothing }'))[0]?.extensions.code).toBe('graphql.invalid')
    expect((await ask(hot, { id: 'a\u0000' }))[0]?.extensions.code).toBe('input.invalid')
    expect((await ask(`{ ${'a: viewer { scopes } '.repeat(31)} }`))[0]?.extensions.code).toBe(
      'query.too_complex',
    )
  })

  test('answers queries too', async () => {
    expect(await socket.follow('{ viewer { user { name } } }').next()).toEqual({
      data: { viewer: { user: { name: 'Owner' } } },
    })
  })
})

test('after NATS came back every follower has the newest state and goes on', async () => {
  const id = addExecution()
  const follower = socket.follow(hot, { id })
  const list = socket.follow(
    'subscription { executionsUpdated(filter: { kind: ["made-meanwhile"] }) { id } }',
  )
  await follower.next()
  await until(() => gateway.openSubscriptions() === 2)
  await gateway.nats.kill()
  gateway.executions.change(id, { status: 'waiting' }, { quiet: true })
  const made = addExecution({ kind: 'made-meanwhile', createdAt: new Date().toISOString() })
  await gateway.nats.restart()
  expect(await list.next()).toEqual({ data: { executionsUpdated: { id: made } } })
  list.stop()
  expect(await follower.next()).toMatchObject({ data: { executionUpdated: { status: 'waiting' } } })
  const reachable = () =>
    gateway.publisher.flush().then(
      () => true,
      () => false,
    )
  await until(reachable)
  await gateway.topics.listen('probe-after', () => {}).ready
  gateway.executions.change(id, { status: 'succeeded' })
  expect(await follower.next()).toMatchObject({ data: { executionUpdated: { status: 'succeeded' } } })
  follower.stop()
})
