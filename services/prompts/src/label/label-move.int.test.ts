import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import postgres from 'postgres'
import { auditOf } from '../../test/audit-log.ts'
import { promptFixture, UPDATE, type PromptFixture } from '../../test/prompt-fixture.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { promptEventSchemas } from '../contract/events.ts'

const STATE = 'labels { name version } pendingLabelMoves { id label from to comment requestedBy { id } }'
const LABEL = `mutation ($id: ID!, $label: String!, $version: Int, $comment: String) {
  labelPromptVersion(id: $id, label: $label, version: $version, comment: $comment) { ${STATE} } }`
const APPROVE = `mutation ($id: ID!) { approveLabelMove(id: $id) { ${STATE} } }`
const REJECT = `mutation ($id: ID!) { rejectLabelMove(id: $id, comment: "Not yet") { ${STATE} } }`
const WITHDRAW = `mutation ($id: ID!) { withdrawLabelMove(id: $id) { ${STATE} } }`
const POLICY = `mutation ($input: PromptPolicyInput!) { setPromptPolicy(input: $input) { protectedLabels reviewedLabels } }`
const PREVIEW = `query ($id: ID!) { promptPreview(input: { promptId: $id, label: "production" }) { body } }`

interface State {
  labels: { name: string; version: number }[]
  pendingLabelMoves: {
    id: string
    label: string
    from: number | null
    to: number | null
    comment: string | null
    requestedBy: { id: string }
  }[]
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

async function stateOf(identity: Identity, query: string, variables: object): Promise<State> {
  const [state] = Object.values(
    await server.ask<Record<string, State>>(identity, query, variables as Record<string, unknown>),
  )
  if (!state) throw new Error('nothing answered')
  return state
}
const move = (identity: Identity, id: string, version: number | null, comment?: string) =>
  stateOf(identity, LABEL, { id, label: 'production', version, comment })

/** Two admins and a member of one organization, whose `production` is version 1 and asks for a review from now on. */
async function team() {
  const member = someone()
  const { organizationId } = member
  const ada = someone({ organizationId, role: 'admin' })
  const bob = someone({ organizationId, role: 'owner' })
  const { id } = await create(member, { body: 'v1', visibility: 'organization' })
  for (const body of ['v2', 'v3']) await server.ask(member, UPDATE, { input: { id, body } })
  await move(ada, id, 1)
  await server.ask(ada, POLICY, { input: { protectedLabels: [], reviewedLabels: ['Production'] } })
  const pending = async (who: Identity, version: number | null, comment?: string) => {
    const found = (await move(who, id, version, comment)).pendingLabelMoves[0]
    if (!found) throw new Error('nothing is pending')
    return found
  }
  return { member, ada, bob, id, pending }
}

describe('a label that asks for a review', () => {
  test('stays where it is until another admin approves', async () => {
    const { ada, bob, member, id, pending } = await team()
    const asked = await pending(ada, 3, ' Shorter ')
    expect(asked).toMatchObject({ from: 1, to: 3, comment: 'Shorter', requestedBy: { id: ada.userId } })
    const body = async () =>
      (await server.ask<{ promptPreview: { body: string } }>(member, PREVIEW, { id })).promptPreview.body
    expect(await body()).toBe('v1')
    expect(await server.codeOf(ada, APPROVE, { id: asked.id })).toBe('auth.forbidden')
    expect(await server.codeOf(member, APPROVE, { id: asked.id })).toBe('auth.forbidden')
    expect(await body()).toBe('v1')
    expect(await stateOf(bob, APPROVE, { id: asked.id })).toEqual({
      labels: [{ name: 'production', version: 3 }],
      pendingLabelMoves: [],
    })
    expect(await body()).toBe('v3')
    // Taking it away is a move, too.
    const away = await pending(member, null)
    expect(away).toMatchObject({ from: 3, to: null })
    expect((await stateOf(ada, APPROVE, { id: away.id })).labels).toEqual([])
  })

  test('is rejected by another admin, and withdrawn by whoever asked', async () => {
    const { ada, bob, member, id, pending } = await team()
    const first = await pending(member, 2)
    expect(await server.codeOf(member, REJECT, { id: first.id })).toBe('auth.forbidden')
    expect(await server.codeOf(ada, WITHDRAW, { id: first.id })).toBe('auth.forbidden')
    const after = { labels: [{ name: 'production', version: 1 }], pendingLabelMoves: [] }
    expect(await stateOf(ada, REJECT, { id: first.id })).toEqual(after)
    const second = await pending(ada, 2)
    expect(await server.codeOf(ada, REJECT, { id: second.id })).toBe('auth.forbidden')
    expect(await stateOf(ada, WITHDRAW, { id: second.id })).toEqual(after)
    for (const [query, decided] of [
      [APPROVE, first],
      [REJECT, second],
    ] as const) {
      expect(await server.codeOf(bob, query, { id: decided.id })).toBe('label_move.decided')
    }
    const viewer = someone({ organizationId: ada.organizationId, role: 'viewer' })
    expect(await server.codeOf(viewer, LABEL, { id, label: 'production', version: 2 })).toBe('auth.forbidden')
  })

  test('has one pending move, which the same request leaves as it is', async () => {
    const { ada, bob, id, pending } = await team()
    const asked = await pending(ada, 3)
    expect((await pending(ada, 3)).id).toBe(asked.id)
    const other = { id, label: 'production', version: 2 }
    expect(await server.codeOf(ada, LABEL, other)).toBe('label_move.pending')
    expect(await server.codeOf(bob, LABEL, { ...other, version: 3 })).toBe('label_move.pending')
    expect(await server.codeOf(ada, LABEL, { ...other, version: 9 })).toBe('prompt.version_not_found')
    // To where it is: nothing is to be moved.
    expect((await move(bob, id, 1)).pendingLabelMoves).toHaveLength(1)
    // Another label asks for nothing.
    expect((await stateOf(bob, LABEL, { ...other, label: 'staging' })).labels).toHaveLength(2)
    const both = await Promise.all([2, 3].map((version) => server.codeOf(bob, LABEL, { ...other, version })))
    expect(both).toEqual(['label_move.pending', 'label_move.pending'])
  })

  test('is asked for once by two people at the same time', async () => {
    const { ada, bob, id } = await team()
    const codes = await Promise.all([
      server.codeOf(ada, LABEL, { id, label: 'production', version: 2 }),
      server.codeOf(bob, LABEL, { id, label: 'production', version: 3 }),
    ])
    expect(codes.map((code) => code ?? 'done').toSorted()).toEqual(['done', 'label_move.pending'])
  })

  test('is approved once, or rejected, by whoever comes first', async () => {
    const { ada, bob, member, id, pending } = await team()
    const asked = await pending(member, 2)
    const codes = await Promise.all([
      server.codeOf(ada, APPROVE, { id: asked.id }),
      server.codeOf(bob, APPROVE, { id: asked.id }),
      server.codeOf(bob, REJECT, { id: asked.id }),
    ])
    expect(codes.map((code) => code ?? 'done').toSorted()).toEqual([
      'done',
      'label_move.decided',
      'label_move.decided',
    ])
    const events = await owner`select event->>'type' as type from prompts.outbox
      where event->'data'->>'promptId' = ${id} and event->>'type' like '%label%' order by id`
    const kinds = events.map((row) => String(row['type']).split('.')[2])
    expect([3, 4]).toContain(kinds.length)
    expect(kinds.filter((kind) => kind === 'label_approved' || kind === 'label_rejected')).toHaveLength(1)
  })

  test('is not moved where it was moved meanwhile, or its version is gone', async () => {
    const { ada, bob, id, pending } = await team()
    const asked = await pending(ada, 2)
    await server.ask(bob, POLICY, { input: { protectedLabels: [], reviewedLabels: [] } })
    await move(bob, id, 3)
    expect(await server.codeOf(bob, APPROVE, { id: asked.id })).toBe('label_move.outdated')
    await move(bob, id, 1)
    await owner`delete from prompts.prompt_versions where prompt_id = ${id} and number = 2`
    expect(await server.codeOf(bob, APPROVE, { id: asked.id })).toBe('prompt.version_not_found')
    expect((await move(bob, id, 1)).labels).toEqual([{ name: 'production', version: 1 }])
    await server.ask(bob, 'mutation ($id: ID!) { deletePrompt(id: $id) { id } }', { id })
    expect(await server.codeOf(bob, APPROVE, { id: asked.id })).toBe('label_move.not_found')
  })

  test('is seen and decided by those who see the prompt', async () => {
    const { ada, bob, member, id, pending } = await team()
    const asked = await pending(ada, 2)
    const stranger = someone({ role: 'admin' })
    for (const query of [APPROVE, REJECT, WITHDRAW]) {
      expect(await server.codeOf(stranger, query, { id: asked.id })).toBe('label_move.not_found')
      expect(await server.codeOf(stranger, query, { id: newId() })).toBe('label_move.not_found')
      expect(await server.codeOf(stranger, query, { id: 'nonsense' })).toBe('label_move.not_found')
    }
    await server.ask(member, UPDATE, { input: { id, visibility: 'private' } })
    expect(await server.codeOf(bob, APPROVE, { id: asked.id })).toBe('label_move.not_found')
    await server.ask(member, UPDATE, { input: { id, visibility: 'organization' } })
    expect((await stateOf(bob, APPROVE, { id: asked.id })).labels[0]?.version).toBe(2)
  })
})

test('a label can be limited to admins and ask for a review', async () => {
  const { ada, bob, member, id, pending } = await team()
  const both = { protectedLabels: ['production'], reviewedLabels: ['production'] }
  await server.ask(bob, POLICY, { input: both })
  expect(await server.codeOf(member, LABEL, { id, label: 'production', version: 2 })).toBe('auth.forbidden')
  const asked = await pending(ada, 2)
  expect((await stateOf(bob, APPROVE, { id: asked.id })).labels[0]?.version).toBe(2)
  // Who knows nothing of reviews leaves them on.
  expect(await server.ask<unknown>(bob, POLICY, { input: { protectedLabels: [] } })).toEqual({
    setPromptPolicy: { protectedLabels: [], reviewedLabels: ['production'] },
  })
})

test('the policy and each move are in the audit log, and moves go out as events', async () => {
  const { ada, bob, id, pending } = await team()
  const rejected = await pending(ada, 2)
  await server.ask(bob, REJECT, { id: rejected.id })
  await server.ask(ada, WITHDRAW, { id: (await pending(ada, 2)).id })
  await server.ask(bob, APPROVE, { id: (await pending(ada, 3)).id })
  await server.ask(ada, POLICY, { input: { protectedLabels: [] } })
  const entries = (await auditOf(server, bob)).toReversed()
  expect(entries.map(({ action, userId }) => [action, userId === ada.userId])).toEqual([
    ['prompt_policy.set', true],
    ['label_move.requested', true],
    ['label_move.rejected', false],
    ['label_move.requested', true],
    ['label_move.withdrawn', true],
    ['label_move.requested', true],
    ['label_move.approved', false],
  ])
  expect(entries[0]?.details).toEqual({ protectedLabels: [], reviewedLabels: ['production'] })
  expect(entries.at(-1)).toMatchObject({
    targetId: id,
    targetName: 'A prompt',
    details: { label: 'production', from: 'version 1', to: 'version 3' },
  })
  const rows = await owner`select event from prompts.outbox
    where event->'data'->>'promptId' = ${id} and event->>'type' like '%label%' order by id`
  const events = rows.map((row) => row['event'] as { type: keyof typeof promptEventSchemas; data: unknown })
  const told = events.map(({ type, data }) => [
    type.split('.')[2],
    promptEventSchemas[type].parse(data).userId === ada.userId,
  ])
  expect(told).toEqual([
    ['labeled', true],
    ['label_requested', true],
    ['label_rejected', false],
    ['label_requested', true],
    ['label_withdrawn', true],
    ['label_requested', true],
    ['labeled', false],
    ['label_approved', false],
  ])
})
