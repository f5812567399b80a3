import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connectNats } from '@quillworks/messaging/connect'
import { eventSchema, type QuillworksEvent } from '@quillworks/messaging/envelope'
import { gatewayGrants } from '@quillworks/messaging/grants'
import type { NatsConnection } from 'nats'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { promptEventSchemas, type PromptEventType } from '../contract/events.ts'

let server: PromptsServer
let tap: NatsConnection
beforeAll(async () => {
  server = await startPromptsServer()
  tap = await connectNats({ ...server.nats, name: 'tap', grants: gatewayGrants() })
})
afterAll(async () => {
  await tap.close()
  await server.close()
})

test('what happens to a prompt is told after it was committed, once, in order, and without its texts', async () => {
  const ada = someone()
  const subscription = tap.subscribe(`qw.${ada.organizationId}.>`)
  await tap.flush()
  const heard: { subject: string; event: QuillworksEvent }[] = []
  const listening = (async () => {
    for await (const message of subscription) {
      heard.push({ subject: message.subject, event: eventSchema.parse(message.json()) })
      if (message.subject.endsWith('.deleted')) return
    }
  })()
  const create = `mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }`
  const made = await server.ask<{ createPrompt: { id: string } }>(ada, create, {
    input: { title: 'Secret title', body: 'Secret body' },
  })
  const id = made.createPrompt.id
  const mutate = (field: string) => server.ask(ada, `mutation { ${field} { id } }`)
  await mutate(`updatePrompt(input: { id: "${id}", title: "Secret title" })`)
  await mutate(
    `updatePrompt(input: { id: "${id}", body: "Other secret", visibility: organization, tags: ["x"] })`,
  )
  await mutate(`restorePromptVersion(id: "${id}", version: 1)`)
  await mutate(`archivePrompt(id: "${id}")`)
  await mutate(`archivePrompt(id: "${id}")`)
  await mutate(`archivePrompt(id: "${id}", archived: false)`)
  await server.attempt(ada, `mutation { updatePrompt(input: { id: "${id}", title: "" }) { id } }`)
  await mutate(`deletePrompt(id: "${id}")`)
  await listening

  expect(
    heard.map(({ event }) => [
      event.type,
      event.data['version'],
      event.data['changed'],
      event.data['restoredFrom'],
    ]),
  ).toEqual([
    ['quillworks.prompt.created.v1', 1, undefined, undefined],
    ['quillworks.prompt.updated.v1', 2, ['version', 'tags', 'visibility'], undefined],
    ['quillworks.prompt.updated.v1', 3, ['version'], 1],
    ['quillworks.prompt.archived.v1', 3, undefined, undefined],
    ['quillworks.prompt.unarchived.v1', 3, undefined, undefined],
    ['quillworks.prompt.deleted.v1', 3, undefined, undefined],
  ])
  for (const { subject, event } of heard) {
    const past = event.type.split('.')[2]
    expect(subject).toBe(`qw.${ada.organizationId}.prompts.prompt.${id}.${past}`)
    expect(promptEventSchemas[event.type as PromptEventType].parse(event.data)).toMatchObject({
      promptId: id,
      ownerId: ada.userId,
      userId: ada.userId,
    })
    expect(event).toMatchObject({ subject: id, organization: ada.organizationId })
    expect(JSON.stringify(event).toLowerCase()).not.toContain('secret')
  }
})
