import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connectNats } from '@quillworks/messaging/connect'
import { requestUntilAnswered } from '@quillworks/messaging/activities'
import { serviceGrants } from '@quillworks/messaging/grants'
import { newId } from '@quillworks/service-kit/ids'
import type { NatsConnection } from 'nats'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { seedExamplesReplySchema, seedExamplesSubject } from '../contract/examples.ts'
import { examplePrompts } from './example-prompts.ts'

let server: PromptsServer
let other: NatsConnection
beforeAll(async () => {
  server = await startPromptsServer()
  other = await connectNats({ ...server.nats, name: 'identity', grants: serviceGrants('identity') })
})
afterAll(async () => {
  await other.close()
  await server.close()
})

function seed(body: unknown) {
  const unanswered = 'nobody answered'
  const subject = seedExamplesSubject
  return requestUntilAnswered({
    nats: other,
    subject,
    body,
    schema: seedExamplesReplySchema,
    deadlineMs: 10_000,
    unanswered,
  })
}

const LIST = '{ prompts(sort: created_desc) { totalCount edges { node { id title visibility tags } } } }'
interface List {
  prompts: {
    totalCount: number
    edges: { node: { id: string; title: string; visibility: string; tags: string[] } }[]
  }
}

test('an organization gets its examples once, however often and by however many it is asked', async () => {
  const ada = someone()
  const request = { organizationId: ada.organizationId, projectId: ada.projectId, ownerId: ada.userId }
  const replies = await Promise.all([seed(request), seed(request), seed({ ...request, ownerId: newId() })])
  const created = replies.map((reply) => (reply.ok ? reply.created : -1))
  expect(created.toSorted((a, b) => a - b)).toEqual([0, 0, examplePrompts.length])

  const colleague = someone({ organizationId: ada.organizationId })
  const { prompts } = await server.ask<List>(colleague, LIST)
  expect(prompts.edges.map((edge) => edge.node.title)).toEqual(examplePrompts.map((example) => example.title))
  expect(new Set(prompts.edges.map((edge) => edge.node.visibility))).toEqual(new Set(['organization']))
  expect((await server.ask<List>(someone(), LIST)).prompts.totalCount).toBe(0)
})

test('an example that was deleted does not come back', async () => {
  const ada = someone()
  const request = { organizationId: ada.organizationId, projectId: ada.projectId, ownerId: ada.userId }
  await seed(request)
  const first = (await server.ask<List>(ada, LIST)).prompts.edges[0]?.node.id
  await server.ask(ada, 'mutation ($id: ID!) { deletePrompt(id: $id) { id } }', { id: first })
  expect(await seed(request)).toEqual({ ok: true, created: 0 })
  expect((await server.ask<List>(ada, LIST)).prompts.totalCount).toBe(examplePrompts.length - 1)
})

test('a request without an organization is refused', async () => {
  expect(await seed({ organizationId: 'x' })).toMatchObject({ ok: false, code: 'input.invalid' })
})
