import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { withTenant } from '@quillworks/database/tenant'
import { newId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import { codeOf, startIdentity } from '../identity.test-utils.ts'
import { projects } from './projects.table.ts'

let identity: Awaited<ReturnType<typeof startIdentity>>
let cookie: string
beforeAll(async () => {
  identity = await startIdentity()
  cookie = await identity.signInOwner()
})
afterAll(() => identity.close())

const archive =
  'mutation ($id: ID!, $archived: Boolean! = true) { archiveProject(id: $id, archived: $archived) { id archivedAt } }'
const project = z.object({ id: z.string(), name: z.string(), slug: z.string() })

async function create(name: string) {
  const answer = await identity.ask(
    { cookie },
    'mutation ($input: CreateProjectInput!) { createProject(input: $input) { id name slug } }',
    {
      input: { name },
    },
  )
  return z.object({ createProject: project }).parse(answer.data).createProject
}

async function names(archived: boolean | null = false): Promise<string[]> {
  const answer = await identity.ask(
    { cookie },
    'query ($archived: Boolean) { projects(archived: $archived) { edges { node { id name slug } } } }',
    { archived },
  )
  const edges = z
    .object({ projects: z.object({ edges: z.array(z.object({ node: project })) }) })
    .parse(answer.data)
  return edges.projects.edges.map((edge) => edge.node.name)
}

describe('projects', () => {
  test('are made with a slug of their own, renamed and archived', async () => {
    const first = await create('Launch')
    const second = await create('Launch')
    expect([first.slug, second.slug]).toEqual(['launch', 'launch-2'])
    await identity.ask({ cookie }, 'mutation ($id: ID!) { renameProject(id: $id, name: "Landing") { id } }', {
      id: first.id,
    })
    await identity.ask({ cookie }, archive, { id: second.id })
    expect(await names()).toEqual(['Default', 'Landing'])
    expect(await names(true)).toEqual(['Launch'])
    expect(await names(null)).toEqual(['Default', 'Landing', 'Launch'])
  })

  test('come back from the archive with the slug that was kept for them', async () => {
    const kept = await create('Attic')
    const into = (archived: boolean) => identity.ask({ cookie }, archive, { id: kept.id, archived })
    await into(true)
    expect((await create('Attic')).slug).toBe('attic-2')
    expect(await identity.authenticate({ cookie, project: 'attic' })).toMatchObject({ projectId: kept.id })
    expect((await into(false)).data).toEqual({ archiveProject: { id: kept.id, archivedAt: null } })
    expect((await names()).filter((name) => name === 'Attic').length).toBe(2)
    for (const id of [newId(), 'x'])
      expect(codeOf(await identity.ask({ cookie }, archive, { id, archived: false }))).toBe(
        'project.not_found',
      )
  })

  test('a request acts in the one named by id or slug', async () => {
    const { id, slug } = await create('Elsewhere')
    expect((await identity.authenticate({ cookie, project: slug }))?.projectId).toBe(id)
    expect((await identity.authenticate({ cookie, project: id }))?.projectId).toBe(id)
    await expect(identity.authenticate({ cookie, project: 'none' })).rejects.toMatchObject({
      code: 'project.not_found',
    })
  })

  test('the default one cannot be archived', async () => {
    const owner = await identity.authenticate({ cookie })
    expect(codeOf(await identity.ask({ cookie }, archive, { id: owner?.projectId }))).toBe(
      'project.is_default',
    )
  })

  test('take in members of the organization only', async () => {
    const { id } = await create('Team')
    const add =
      'mutation ($projectId: ID!, $userId: ID!) { addProjectMember(projectId: $projectId, userId: $userId) { members { email } } }'
    const owner = await identity.authenticate({ cookie })
    expect((await identity.ask({ cookie }, add, { projectId: id, userId: owner?.userId })).data).toEqual({
      addProjectMember: { members: [{ email: 'owner@quillworks.local' }] },
    })
    expect(codeOf(await identity.ask({ cookie }, add, { projectId: id, userId: newId() }))).toBe(
      'member.not_found',
    )
  })

  test('of another organization are not there, by the database’s own rule', async () => {
    const foreign = { organizationId: newId(), userId: newId() }
    const rows = await withTenant(identity.database, foreign, (tx) => tx.select().from(projects))
    expect(rows).toEqual([])
    const forged = withTenant(identity.database, foreign, async (tx) => {
      const owner = await identity.authenticate({ cookie })
      await tx.insert(projects).values({
        id: newId(),
        organizationId: owner?.organizationId ?? '',
        name: 'x',
        slug: 'x',
        createdBy: newId(),
      })
    })
    await expect(forged).rejects.toThrow()
  })
})
