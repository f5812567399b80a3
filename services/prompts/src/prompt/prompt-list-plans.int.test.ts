import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { withTenant } from '@quillworks/database/tenant'
import { newId } from '@quillworks/service-kit/ids'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { promptSorts, type PromptFilter, type PromptSort } from './prompt-list.ts'
import { promptPageQuery, versionPage } from './prompt-list.repository.ts'

let server: PromptsServer
let owner: postgres.Sql
beforeAll(async () => {
  server = await startPromptsServer()
  owner = postgres(server.database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await server.close()
})

describe('at ten thousand prompts', () => {
  const organizationId = newId()
  const userId = newId()
  beforeAll(async () => {
    await owner`
      insert into prompts.prompts (id, organization_id, project_id, owner_id, visibility, title, title_key, model,
        version_number, version_id, archived_at, updated_at, search)
      select gen_random_uuid(), case when n % 2 = 0 then ${organizationId}::uuid else gen_random_uuid() end,
        gen_random_uuid(), case when n % 4 = 0 then ${userId}::uuid else gen_random_uuid() end,
        case when n % 3 = 0 then 'organization' else 'private' end, 'Title ' || n, 'title ' || n, 'demo/m' || n % 50,
        1, gen_random_uuid(), null, now() - n * interval '1 second', to_tsvector('simple', 'word' || n % 500 || ' common')
      from generate_series(1, 20000) n`
    await owner`
      insert into prompts.prompt_tags (organization_id, project_id, owner_id, visibility, prompt_id, tag)
      select organization_id, project_id, owner_id, visibility, id, 'tag' || row_number() over () % 100 from prompts.prompts`
    await owner`
      insert into prompts.prompt_labels (organization_id, project_id, owner_id, visibility, prompt_id, name, version,
        set_by, set_at)
      select organization_id, project_id, owner_id, visibility, id, 'label' || row_number() over () % 100, 1, owner_id,
        now() from prompts.prompts`
    await owner`analyze prompts.prompts, prompts.prompt_tags, prompts.prompt_labels`
  })

  const middle = '80000000-0000-4000-8000-000000000000'
  const none: PromptFilter = {
    search: null,
    tag: null,
    model: null,
    label: null,
    projectId: null,
    snippet: null,
    archived: false,
  }
  const indexes: Record<PromptSort, string> = {
    created_asc: 'prompts_organization_id_id_pk',
    created_desc: 'prompts_organization_id_id_pk',
    title_asc: 'prompts_by_title',
    title_desc: 'prompts_by_title',
    updated_asc: 'prompts_by_update',
    updated_desc: 'prompts_by_update',
  }

  async function explain(
    filter: Partial<PromptFilter>,
    sort: PromptSort,
    after?: { key: string | number | null; id: string },
  ) {
    const page = {
      organizationId,
      filter: { ...none, ...filter },
      sort,
      window: { limit: 25, backward: false },
      after,
    }
    return withTenant(server.dependencies.database, { organizationId, userId }, async (tx) => {
      const rows = await tx.execute(sql`explain ${promptPageQuery(tx, page).getSQL()}`)
      return rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    })
  }

  for (const sort of promptSorts) {
    test(`a page sorted by ${sort} reads its index only, from a cursor on too`, async () => {
      const key = sort.startsWith('created')
        ? null
        : sort.startsWith('updated')
          ? Date.now() - 5_000_000
          : 'title 5'
      for (const plan of [await explain({}, sort), await explain({}, sort, { key, id: middle })]) {
        expect(plan).toContain(indexes[sort])
        expect(plan).not.toContain('Seq Scan on prompts')
        expect(plan).not.toMatch(/^\s*(->)?\s*(Incremental )?Sort/m)
      }
      const positioned = await explain({}, sort, { key, id: middle })
      const condition = positioned.split('\n').find((line) => line.includes('Index Cond'))
      expect(condition).toContain(
        sort.startsWith('created') ? 'id' : sort.startsWith('updated') ? 'updated_at' : 'title_key',
      )
      expect(condition).toMatch(sort.endsWith('_asc') ? />/ : /</)
    })
  }

  test('a model, a tag and a search each read an index', async () => {
    expect(await explain({ model: 'demo/m7' }, 'updated_desc')).toContain('prompts_by_model')
    expect(await explain({ tag: 'tag7' }, 'updated_desc')).toMatch(
      /prompt_tags_(organization_id_tag|of_prompt)/,
    )
    const searched = await explain({ search: 'word7' }, 'updated_desc')
    expect(searched).not.toContain('Seq Scan')
  })

  test('a label and a project each read an index', async () => {
    expect(await explain({ label: 'label7' }, 'updated_desc')).toMatch(
      /prompt_labels_(organization_id_name|of_prompt)/,
    )
    expect(await explain({ projectId: newId() }, 'updated_desc')).toContain('prompts_by_project')
  })

  test('the search function reads its index, as the role that owns it', async () => {
    const [source] = await owner<
      { body: string }[]
    >`select prosrc as body from pg_proc where proname = 'search_prompts'`
    const body = (source?.body ?? '').replace(', query)', ", 'word7:*')").replace('at_most', '100')
    await owner.begin(async (tx) => {
      await tx`select set_config('qw.organization_id', ${organizationId}, true), set_config('qw.user_id', ${userId}, true)`
      await tx`set local role qw_prompts_search`
      const plan = (await tx.unsafe(`explain ${body}`)).map((row) => String(row['QUERY PLAN'])).join('\n')
      expect(plan).toContain('prompts_search')
    })
  })

  test('counts stop at a thousand', async () => {
    const reader = someone({ organizationId, userId })
    const query =
      '{ all: prompts { totalCount totalCountCapped } some: prompts(search: "word8") { totalCount totalCountCapped } }'
    const answer = await server.ask<{ all: unknown; some: { totalCount: number } }>(reader, query)
    expect(answer.all).toEqual({ totalCount: 1_000, totalCountCapped: true })
    const [row] =
      await owner`select count(*)::int as count from prompts.prompts where organization_id = ${organizationId}
      and (visibility = 'organization' or owner_id = ${userId}) and search @@ to_tsquery('simple', 'word8:*')`
    expect(answer.some.totalCount).toBe(Number(row?.['count']))
    expect(answer.some.totalCount).toBeGreaterThan(0)
  })

  test('versions read their index', async () => {
    const plan = await withTenant(server.dependencies.database, { organizationId, userId }, async (tx) => {
      const page = versionPage(tx, {
        organizationId,
        promptId: newId(),
        window: { limit: 25, backward: false },
      })
      const rows = await tx.execute(sql`explain ${page.getSQL()}`)
      return rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    })
    expect(plan).toContain('prompt_versions_number')
  })
})
