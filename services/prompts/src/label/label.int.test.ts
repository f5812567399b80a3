import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Identity } from '@quillworks/service-kit/identity'
import postgres from 'postgres'
import { promptFixture, UPDATE, type PromptFixture } from '../../test/prompt-fixture.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { promptEventSchemas } from '../contract/events.ts'
import { labelLimit } from './label.ts'

const LABEL = `mutation ($id: ID!, $label: String!, $version: Int) {
  labelPromptVersion(id: $id, label: $label, version: $version) { labels { name version setBy { id } } } }`
const PREVIEW = `query ($input: PromptPreviewInput!) { promptPreview(input: $input) { body } }`
const POLICY = `mutation ($labels: [String!]!) { setPromptPolicy(input: { protectedLabels: $labels }) { protectedLabels } }`

interface Label {
  name: string
  version: number
  setBy: { id: string }
}

let server: PromptsServer
let create: PromptFixture['create']
let owner: postgres.Sql
beforeAll(async () => {
  server = await startPromptsServer()
  create = promptFixture(server).create
  owner = postgres(server.database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await server.close()
})

async function label(identity: Identity, id: string, name: string, version: number | null): Promise<Label[]> {
  const variables = { id, label: name, version }
  const answer = await server.ask<{ labelPromptVersion: { labels: Label[] } }>(identity, LABEL, variables)
  return answer.labelPromptVersion.labels
}

/** A prompt with the bodies `v1`, `v2`, `v3`. */
async function threeVersions(identity: Identity, input: Record<string, unknown> = {}): Promise<string> {
  const { id } = await create(identity, { body: 'v1', ...input })
  for (const body of ['v2', 'v3']) await server.ask(identity, UPDATE, { input: { id, body } })
  return id
}

describe('a label', () => {
  test('stands for one version until it is moved, and is taken away', async () => {
    const ada = someone()
    const id = await threeVersions(ada)
    const setBy = { id: ada.userId }
    expect(await label(ada, id, ' Production ', 1)).toEqual([{ name: 'production', version: 1, setBy }])
    expect(await label(ada, id, 'staging', 3)).toHaveLength(2)
    expect(await label(ada, id, 'PRODUCTION', 2)).toEqual([
      { name: 'production', version: 2, setBy },
      { name: 'staging', version: 3, setBy },
    ])
    const query = `query ($id: ID!) { prompt(id: $id) {
      versions { edges { node { number labels } } }
      production: version(label: "Production") { body } none: version(label: "none") { body }
      other: version(label: "production", number: 1) { body } } }`
    expect(await server.ask<unknown>(ada, query, { id })).toEqual({
      prompt: {
        versions: {
          edges: [
            { node: { number: 3, labels: ['staging'] } },
            { node: { number: 2, labels: ['production'] } },
            { node: { number: 1, labels: [] } },
          ],
        },
        production: { body: 'v2' },
        none: null,
        other: null,
      },
    })
    await server.ask(ada, UPDATE, { input: { id, body: 'v4' } })
    expect(await label(ada, id, 'staging', null)).toEqual([{ name: 'production', version: 2, setBy }])
    expect(await label(ada, id, 'staging', null)).toHaveLength(1)
  })

  test('is refused for a version that is not there, and where it is no label', async () => {
    const ada = someone()
    const { id } = await create(ada)
    expect(await server.codeOf(ada, LABEL, { id, label: 'x', version: 2 })).toBe('prompt.version_not_found')
    for (const bad of ['', ' ', 'two words', '-x', 'x'.repeat(51), 'a\u0000']) {
      expect([bad, await server.codeOf(ada, LABEL, { id, label: bad, version: 1 })]).toEqual([
        bad,
        'input.invalid',
      ])
    }
    for (let n = 0; n < labelLimit; n += 1) await label(ada, id, `l${n}`, 1)
    expect(await server.codeOf(ada, LABEL, { id, label: 'more', version: 1 })).toBe('prompt.too_many_labels')
    expect(await label(ada, id, 'l0', null)).toHaveLength(labelLimit - 1)
  })

  test('names the version of a preview, and nothing is taken in its place', async () => {
    const ada = someone()
    const promptId = await threeVersions(ada)
    await label(ada, promptId, 'production', 2)
    const body = async (input: object) => {
      const answer = await server.ask<{ promptPreview: { body: string } }>(ada, PREVIEW, {
        input: { promptId, ...input },
      })
      return answer.promptPreview.body
    }
    expect([await body({}), await body({ version: 1 }), await body({ label: 'Production' })]).toEqual([
      'v3',
      'v1',
      'v2',
    ])
    expect(await server.codeOf(ada, PREVIEW, { input: { promptId, label: 'staging' } })).toBe(
      'prompt.label_not_found',
    )
    expect(await server.codeOf(ada, PREVIEW, { input: { promptId, label: 'production', version: 2 } })).toBe(
      'input.invalid',
    )
  })

  test('narrows a list, as does a project', async () => {
    const ada = someone()
    const { organizationId } = ada
    const elsewhere = someone({ organizationId, userId: ada.userId })
    const labeled = await create(ada, { title: 'Labeled' })
    await create(elsewhere, { title: 'Elsewhere' })
    await label(ada, labeled.id, 'production', 1)
    const titles = async (args: string) => {
      const answer = await server.ask<{ prompts: { edges: { node: { title: string } }[] } }>(
        ada,
        `{ prompts(${args}) { edges { node { title } } } }`,
      )
      return answer.prompts.edges.map(({ node }) => node.title)
    }
    expect(await titles('label: "PRODUCTION"')).toEqual(['Labeled'])
    expect(await titles('label: "staging"')).toEqual([])
    expect(await titles(`projectId: "${elsewhere.projectId}"`)).toEqual(['Elsewhere'])
    expect(await titles(`projectId: "${ada.projectId}", label: "production"`)).toEqual(['Labeled'])
  })

  test('is told as an event', async () => {
    const ada = someone()
    const { id } = await create(ada)
    await label(ada, id, 'production', 1)
    await label(ada, id, 'production', 1)
    await label(ada, id, 'production', null)
    const rows = await owner`select event from prompts.outbox where organization_id = ${ada.organizationId}
      and event->>'type' = 'quillworks.prompt.labeled.v1' order by id`
    const data = rows.map((row) =>
      promptEventSchemas['quillworks.prompt.labeled.v1'].parse((row['event'] as { data: unknown }).data),
    )
    expect(data.map((one) => [one.label, one.previousVersion, one.labeledVersion])).toEqual([
      ['production', null, 1],
      ['production', 1, null],
    ])
  })
})

describe('who moves labels', () => {
  test('is whoever may edit the prompt, and nobody else', async () => {
    const ada = someone()
    const { organizationId } = ada
    const { id } = await create(ada)
    const member = someone({ organizationId })
    expect(await server.codeOf(member, LABEL, { id, label: 'x', version: 1 })).toBe('prompt.not_found')
    await label(ada, id, 'x', 1)
    await server.ask(ada, UPDATE, { input: { id, visibility: 'organization' } })
    expect(await label(member, id, 'y', 1)).toMatchObject([{ name: 'x' }, { name: 'y' }])
    const viewer = someone({ organizationId, role: 'viewer' })
    expect(await server.codeOf(viewer, LABEL, { id, label: 'x', version: 1 })).toBe('auth.forbidden')
    expect(await server.codeOf(someone(), LABEL, { id, label: 'x', version: 1 })).toBe('prompt.not_found')
    await server.ask(ada, UPDATE, { input: { id, visibility: 'private' } })
    expect(await server.ask<unknown>(member, '{ prompts(label: "x") { totalCount } }')).toEqual({
      prompts: { totalCount: 0 },
    })
  })

  test('is an admin or owner, where the organization protects a label', async () => {
    const ada = someone()
    const { organizationId } = ada
    const admin = someone({ organizationId, role: 'admin' })
    const { id } = await create(ada, { visibility: 'organization' })
    const policy = '{ promptPolicy { protectedLabels } }'
    expect(await server.ask<unknown>(ada, policy)).toEqual({ promptPolicy: { protectedLabels: [] } })
    expect(await server.codeOf(ada, POLICY, { labels: [] })).toBe('auth.forbidden')
    expect(await server.codeOf(admin, POLICY, { labels: ['two words'] })).toBe('input.invalid')
    await server.ask(admin, POLICY, { labels: ['staging'] })
    expect(await server.ask<unknown>(admin, POLICY, { labels: ['Production', 'production'] })).toEqual({
      setPromptPolicy: { protectedLabels: ['production'] },
    })
    expect(await server.ask<unknown>(ada, policy)).toEqual({
      promptPolicy: { protectedLabels: ['production'] },
    })
    expect(await server.ask<unknown>(someone(), policy)).toEqual({ promptPolicy: { protectedLabels: [] } })
    expect(await server.codeOf(ada, LABEL, { id, label: 'PRODUCTION', version: 1 })).toBe('auth.forbidden')
    expect(await label(ada, id, 'staging', 1)).toHaveLength(1)
    expect(await label(admin, id, 'production', 1)).toHaveLength(2)
    expect(await server.codeOf(ada, LABEL, { id, label: 'production', version: null })).toBe('auth.forbidden')
  })
})
