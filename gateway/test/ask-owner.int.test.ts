import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { snapshotSubject } from '@quillworks/executions/contract'
import { newId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import { summaryOf } from './fake-executions.ts'
import { type Answer, startTestGateway, type TestGateway } from './gateway.ts'
import { followEvents, openSocket } from './subscriptions.ts'
import { until } from './until.ts'

let gateway: TestGateway
let socket: ReturnType<typeof openSocket>
beforeAll(async () => {
  gateway = await startTestGateway({ watchIntervals: { compareMs: 3_600_000, accessMs: 3_600_000 } })
  socket = openSocket(gateway)
})
afterAll(async () => {
  await socket.close()
  await gateway.close()
})
afterEach(() => until(() => gateway.openSubscriptions() === 0))

const stepKey = 'message[0]'
const text = `subscription ($id: ID!, $stepKey: String) {
  executionStream(id: $id, stepKey: $stepKey) { stepKey attempt offset text done }
}`
const state = 'subscription ($id: ID!) { executionUpdated(id: $id) { id status revision createdBy { id } } }'

type Whose = Partial<Pick<ReturnType<typeof summaryOf>, 'ownerId' | 'visibility' | 'status'>>

/** An execution that streams in some replica; `stop` is that replica's end. */
async function streaming(whose: Whose & { organizationId?: string } = {}) {
  const { organizationId = gateway.owner.organizationId, ...over } = whose
  const { userId, projectId } = gateway.owner
  const steps = [{ key: stepKey, status: 'streaming', attempt: 1, output: 'stored' }]
  const summary = summaryOf({ ownerId: userId, projectId, ...over })
  const id = gateway.executions.add(organizationId, summary, steps)
  gateway.executions.remember(id, frame(0, 'live'))
  const stop = gateway.executions.answerSnapshots(id)
  await gateway.publisher.flush()
  return { id, stop }
}
function frame(offset: number, text: string, over: { attempt?: number; done?: boolean } = {}) {
  return { stepKey, attempt: 1, offset, text, done: false, ...over }
}
const frameOf = (answer: Answer) =>
  z.object({ executionStream: z.object({ attempt: z.number(), text: z.string() }) }).parse(answer.data)
    .executionStream
const questions = () => gateway.executions.requests.length
const refused = (answer: Answer) => ({ data: answer.data, errors: answer.errors })

describe('while somebody carries it out, a subscription', () => {
  test.each<[string, Whose]>([
    ['of its owner', {}],
    ['of a colleague it is shared with', { ownerId: newId(), visibility: 'organization' }],
  ])('%s begins without a question to the database', async (_whose, whose) => {
    const { id, stop } = await streaming(whose)
    const asked = questions()
    const texts = [socket.follow(text, { id }), socket.follow(text, { id, stepKey })]
    const states = socket.follow(state, { id })
    for (const follower of texts) expect(frameOf(await follower.next()).text).toBe('live')
    expect((await states.next()).data).toEqual({
      executionUpdated: {
        id,
        status: 'running',
        revision: 1,
        createdBy: { id: whose.ownerId ?? gateway.owner.userId },
      },
    })
    gateway.executions.frame(id, frame(4, ' on', { done: true }))
    for (const follower of texts) {
      expect(await follower.ended).toBe('complete')
      expect(follower.received.map((answer) => frameOf(answer).text).join('')).toBe('live on')
    }
    gateway.executions.change(id, { status: 'succeeded' })
    expect(await states.ended).toBe('complete')
    expect(questions()).toBe(asked)
    stop()
  })

  test.each([
    ['of a private one of a colleague', { ownerId: newId() }],
    ['of one of another organization', { ownerId: newId(), organizationId: newId() }],
    [
      'of one of another organization that is shared there',
      { visibility: 'organization' as const, organizationId: newId() },
    ],
  ])('%s is refused by the database, as an unknown one is', async (_whose, whose) => {
    const { id, stop } = await streaming(whose)
    for (const query of [text, state]) {
      const asked = questions()
      const answer = await socket.follow(query, { id }).next()
      const unknown = await socket.follow(query, { id: newId() }).next()
      expect(answer.errors?.[0]?.extensions).toEqual({ code: 'execution.not_found' })
      expect(refused(answer)).toEqual(refused(unknown))
      expect(questions() - asked).toBe(2)
    }
    stop()
  })

  test('of an unknown step is refused by the database', async () => {
    const { id, stop } = await streaming()
    const answer = await socket.follow(text, { id, stepKey: 'nowhere' }).next()
    expect(answer.errors?.[0]?.extensions['code']).toBe('step.not_found')
    stop()
  })

  test('needs the right to read executions all the same', async () => {
    const { id, stop } = await streaming()
    const create = (scope: string) =>
      gateway.ask(`mutation { createApiKey(input: { name: "k", scopes: ["${scope}"] }) { key } }`)
    const first = async (query: string, scope: string) => {
      const { createApiKey } = z
        .object({ createApiKey: z.object({ key: z.string() }) })
        .parse((await create(scope)).data)
      const headers = { authorization: `Bearer ${createApiKey.key}` }
      const follower = await followEvents(gateway, { query, variables: { id }, headers })
      const answer = await follower.next()
      follower.stop()
      return answer
    }
    const asked = questions()
    for (const query of [text, state]) {
      const refusal = await first(query, 'prompts:read')
      expect(refusal.errors?.[0]?.extensions['code']).toBe('auth.forbidden')
      expect((await first(query, 'executions:read')).errors).toBeUndefined()
    }
    expect(questions()).toBe(asked)
    stop()
  })
})

describe('where nobody carries it out, a subscription', () => {
  test('of an ended one is served from the database', async () => {
    const { id, stop } = await streaming({ status: 'succeeded' })
    stop()
    await gateway.publisher.flush()
    const ended = { key: stepKey, status: 'succeeded', attempt: 1, output: 'all of it' }
    gateway.executions.change(id, {}, { quiet: true, step: ended })
    const [texts, states] = [socket.follow(text, { id }), socket.follow(state, { id })]
    expect(await texts.ended).toBe('complete')
    expect(texts.received.map(frameOf)).toMatchObject([{ attempt: 1, text: 'all of it' }])
    expect(await states.ended).toBe('complete')
    expect(states.received).toHaveLength(1)
  })

  test.each([
    ['hangs', () => {}],
    ['says nothing that can be read', (respond: (body: string) => unknown) => void respond('{"part":1}')],
    ['cannot be sure', (respond: (body: string) => unknown) => void respond('null')],
  ])('is served from the database too where its owner %s', async (_what, answer) => {
    const { id, stop } = await streaming()
    stop()
    const subject = snapshotSubject(gateway.owner.organizationId, id)
    const owner = gateway.publisher.subscribe(subject, {
      callback: (_error, message) => answer((body) => message.respond(body)),
    })
    await gateway.publisher.flush()
    const [texts, states] = [socket.follow(text, { id }), socket.follow(state, { id })]
    expect(frameOf(await texts.next()).text).toBe('stored')
    expect((await states.next()).data).toMatchObject({ executionUpdated: { id, revision: 1 } })
    texts.stop()
    states.stop()
    owner.unsubscribe()
  })
})

test('a text goes on with the next owner when the first one dies after its answer', async () => {
  const { id, stop } = await streaming()
  const follower = socket.follow(text, { id })
  expect(frameOf(await follower.next())).toEqual(expect.objectContaining({ attempt: 1, text: 'live' }))
  stop()
  gateway.executions.remember(id, frame(0, 'from the ', { attempt: 2 }))
  const other = gateway.executions.answerSnapshots(id)
  gateway.executions.frame(id, frame(9, 'beginning', { attempt: 2, done: true }))
  expect(await follower.ended).toBe('complete')
  const again = follower.received.map(frameOf).filter(({ attempt }) => attempt === 2)
  expect(again.map((one) => one.text).join('')).toBe('from the beginning')
  other()
})
