import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import type { CallModel } from '../models/call-model.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  settled,
  templateStep,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'

let fixture: EngineFixture
let engine: TestEngine

const answer: CallModel = async ({ request, onText, onFirstToken }) => {
  onFirstToken()
  const text = `Answer to: ${request.messages.at(-1)?.content}`
  onText(text)
  const usage = { inputTokens: 10, outputTokens: 5, cachedTokens: 2 }
  return { text, usage, costNanoUsd: 1_234n, finishReason: 'stop' }
}

beforeAll(async () => {
  fixture = await createEngineFixture()
  engine = await fixture.engine(answer)
})

afterAll(() => fixture.close())

const whole = `query ($id: ID!) { execution(id: $id) {
  id status revision name kind track waiting { for } source { type id name version } output input error { code }
  progress { done total } createdBy { id }
  usage { inputTokens outputTokens cachedTokens totalTokens costUsd unknownAttempts timeToFirstTokenMs }
  steps { key kind status attempt model output error { code } usage { totalTokens costUsd }
    attempts { number status usage { inputTokens costUsd } } }
  stepsPage(first: 1) { edges { node { key } } pageInfo { hasNextPage } }
  events(first: 2) { edges { node { revision type } } pageInfo { hasNextPage } }
} }`

test('each part says of which revision it is', async () => {
  const id = await engine.start({ steps: [modelStep('a'), templateStep('b', '{{a}}', ['a'])] })
  await settled(fixture.owner, id, 'succeeded')
  const query = `query ($id: ID!) { execution(id: $id) { revision
    steps { executionRevision attempts { executionRevision } }
    stepsPage { edges { node { executionRevision } } } } }`
  const asked = await engine.ask(query, { id })
  const { revision: executionRevision } = asked.data['execution'] as { revision: number }
  const step = { executionRevision, attempts: [{ executionRevision }] }
  const edge = { node: { executionRevision } }
  expect(asked.data['execution']).toEqual({
    revision: executionRevision,
    steps: [step, step],
    stepsPage: { edges: [edge, edge] },
  })
})

test('an execution is read whole, with sums that equal those of its attempts in the database', async () => {
  const id = await engine.start({
    steps: [
      modelStep('draft'),
      modelStep('second'),
      templateStep('wrap', '<{{draft}}>', ['draft', 'second']),
    ],
  })
  await settled(fixture.owner, id, 'succeeded')
  const { data } = await engine.ask(whole, { id })
  const [sums] = await fixture.owner`
    select sum(input_tokens)::int as input, sum(output_tokens)::int as output, sum(cost_nano_usd)::int as cost
    from executions.attempts where execution_id = ${id}`
  expect(sums).toEqual({ input: 20, output: 10, cost: 2468 })
  expect(data['execution']).toMatchObject({
    id,
    status: 'succeeded',
    output: '<Answer to: Write draft>',
    progress: { done: 3, total: 3 },
    usage: { inputTokens: 20, outputTokens: 10, totalTokens: 30, costUsd: 0.000002468, unknownAttempts: 0 },
    steps: [
      {
        key: 'draft',
        attempt: 1,
        usage: { totalTokens: 15 },
        attempts: [{ number: 1, status: 'succeeded' }],
      },
      { key: 'second' },
      {
        key: 'wrap',
        kind: 'template',
        usage: { totalTokens: 0, costUsd: 0 },
        attempts: [{ number: 1, status: 'succeeded', usage: { inputTokens: 0, costUsd: 0 } }],
      },
    ],
    stepsPage: { edges: [{ node: { key: 'draft' } }], pageInfo: { hasNextPage: true } },
    events: { edges: [{ node: { revision: 1, type: 'created' } }, { node: { revision: 2 } }] },
  })
})

test('a foreign execution, a missing one and a malformed id answer alike', async () => {
  const id = await engine.start({ steps: [modelStep('draft')] })
  await settled(fixture.owner, id, 'succeeded')
  const codes = []
  for (const identity of [{ organizationId: newId() }, { userId: newId() }]) {
    codes.push((await engine.ask(whole, { id }, identity)).errors?.[0]?.extensions.code)
    const entities = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Execution { name } } }`
    const found = await engine.ask(entities, { r: [{ __typename: 'Execution', id }] }, identity)
    expect(found.data['_entities']).toEqual([null])
    codes.push(
      (
        await engine.ask(
          `mutation ($id: ID!) { renameExecution(id: $id, name: "x") { id } }`,
          { id },
          identity,
        )
      ).errors?.[0]?.extensions.code,
    )
    codes.push(
      (await engine.ask(`mutation ($id: ID!) { cancelExecution(id: $id) { id } }`, { id }, identity))
        .errors?.[0]?.extensions.code,
    )
    codes.push(
      (await engine.ask(`mutation ($id: ID!) { retryExecution(id: $id) { id } }`, { id }, identity))
        .errors?.[0]?.extensions.code,
    )
  }
  codes.push((await engine.ask(whole, { id: newId() })).errors?.[0]?.extensions.code)
  codes.push((await engine.ask(whole, { id: 'no id' })).errors?.[0]?.extensions.code)
  expect(new Set(codes)).toEqual(new Set(['execution.not_found']))
})

test('the list is newest first, pages both ways, and refuses a cursor of another filter', async () => {
  const kind = `list-${newId()}`
  const ids: string[] = []
  for (let n = 0; n < 5; n += 1) ids.push(await engine.start({ kind, steps: [templateStep('a', 'x')] }))
  const hidden = await engine.start({ kind, track: false, steps: [templateStep('a', 'x')] })
  for (const id of [...ids, hidden]) await settled(fixture.owner, id, 'succeeded')
  const list = `query ($filter: ExecutionFilter, $first: Int, $after: String, $last: Int, $before: String) {
    executions(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      totalCount hasPending edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`
  const read = async (variables: object) => {
    const { data, errors } = await engine.ask(list, { filter: { kind: [kind] }, ...variables })
    if (errors) return { ...errors[0]?.extensions, ids: [], pageInfo: { endCursor: '', hasNextPage: false } }
    const found = data['executions'] as {
      edges: { node: { id: string } }[]
      pageInfo: { endCursor: string; hasNextPage: boolean }
      totalCount: number
    }
    return { ...found, ids: found.edges.map(({ node }) => node.id) }
  }
  const newest = [...ids].reverse()
  const first = await read({ first: 2 })
  expect(first).toMatchObject({ ids: newest.slice(0, 2), totalCount: 5, hasPending: false })
  const second = await read({ first: 3, after: first.pageInfo.endCursor })
  expect(second).toMatchObject({
    ids: newest.slice(2),
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  })
  expect(await read({ last: 2 })).toMatchObject({ ids: newest.slice(3), pageInfo: { hasPreviousPage: true } })
  expect(await read({ filter: { kind: [kind], track: null } })).toMatchObject({ totalCount: 6 })
  expect(await read({ filter: { kind: [kind], track: false } })).toMatchObject({ ids: [hidden] })
  expect(await read({ filter: { kind: ['other'] }, after: first.pageInfo.endCursor })).toMatchObject({
    code: 'input.invalid',
  })
  const mark = Buffer.from(first.pageInfo.endCursor, 'base64url').toString().slice(0, 9)
  for (const bogus of ['', 'bogus', '\u0000', Buffer.from(`${mark}x`).toString('base64url'), mark]) {
    for (const name of ['after', 'before']) {
      expect(await read({ [name]: bogus })).toMatchObject({
        code: 'input.invalid',
        issues: [{ path: [name] }],
      })
    }
  }
  expect(await read({ first: 101 })).toMatchObject({ code: 'input.invalid' })
})

test('an execution past its deadline is never shown as running, in the list and alone', async () => {
  const id = await engine.start({ steps: [templateStep('a', 'x')] })
  await settled(fixture.owner, id, 'succeeded')
  const kind = `overdue-${newId()}`
  await fixture.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`
    await tx`update executions.executions set status = 'running', kind = ${kind}, finished_at = null,
      deadline_at = now() - interval '1 second' where id = ${id}`
  })
  const list = `query ($status: [ExecutionStatus!], $kind: [String!]) { executions(filter: { status: $status, kind: $kind }) {
    edges { node { id status error { code } } } } }`
  expect((await engine.ask(list, { status: ['running'], kind: [kind] })).data['executions']).toEqual({
    edges: [],
  })
  const node = { id, status: 'timed_out', error: { code: 'execution.timed_out' } }
  expect((await engine.ask(list, { status: ['timed_out'], kind: [kind] })).data['executions']).toEqual({
    edges: [{ node }],
  })
  expect((await engine.ask(whole, { id })).data['execution']).toMatchObject(node)
})

test('what was failed is retried as a new execution that keeps what had succeeded', async () => {
  let broken = true
  const flaky: CallModel = async (call) => {
    if (broken && call.request.messages[0]?.content.includes('second')) throw new Error('no')
    return answer(call)
  }
  await engine.stop()
  engine = await fixture.engine(flaky)
  const retry = { maxAttempts: 1, delayMs: 0, maxDelayMs: 0 }
  const id = await engine.start({
    steps: [
      modelStep('first'),
      templateStep('kept', '<{{first}}>', ['first']),
      modelStep('second', { after: ['kept'], retry }),
      templateStep('last', '{{second}}', ['second']),
    ],
  })
  await settled(fixture.owner, id, 'failed')
  broken = false
  const mutation = `mutation ($id: ID!, $key: String) { retryExecution(id: $id, idempotencyKey: $key) { id derivedFrom { id reason } } }`
  const { data } = await engine.ask(mutation, { id, key: 'once' })
  const again = data['retryExecution'] as { id: string }
  expect(again).toMatchObject({ derivedFrom: { id, reason: 'retry' } })
  expect((await engine.ask(mutation, { id, key: 'once' })).data['retryExecution']).toMatchObject({
    id: again.id,
  })
  await settled(fixture.owner, again.id, 'succeeded')
  expect((await engine.ask(whole, { id: again.id })).data['execution']).toMatchObject({
    output: 'Answer to: Write second',
    usage: { inputTokens: 10 },
    steps: [
      { key: 'first', output: 'Answer to: Write first', attempts: [] },
      { key: 'kept', output: '<Answer to: Write first>', attempts: [] },
      { key: 'second', attempts: [{ number: 1 }] },
      { key: 'last', attempts: [{ number: 1 }] },
    ],
  })
  expect((await engine.ask(mutation, { id: again.id })).errors?.[0]?.extensions.code).toBe(
    'execution.not_retryable',
  )
})

test('an answer made again by another model names that model, in its step, its attempt and what it was given', async () => {
  const id = await engine.start({
    plan: { version: 1, steps: [], conversation: true },
    steps: [modelStep('message[0]', { conversation: true })],
  })
  await settled(fixture.owner, id, 'waiting')
  await engine.command(id, { type: 'regenerate', stepKey: 'message[0]', model: 'demo/quick' })
  const query = `query ($id: ID!) { execution(id: $id) { status steps { model input attempts { model } } } }`
  const answered = await eventually(async () => {
    const { data } = await engine.ask(query, { id })
    const execution = data['execution'] as {
      status: string
      steps: { model: string; input: { model: string }; attempts: { model: string }[] }[]
    }
    return execution.status === 'waiting' && execution.steps.length === 2 && execution
  })
  const named = answered.steps.map(({ model, input, attempts }) => [
    model,
    input.model,
    ...new Set(attempts.map((attempt) => attempt.model)),
  ])
  expect(named).toEqual([Array(3).fill('demo/writer'), Array(3).fill('demo/quick')])
})
