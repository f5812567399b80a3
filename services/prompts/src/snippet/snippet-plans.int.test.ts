import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Transaction } from '@quillworks/database/connect'
import { withTenant } from '@quillworks/database/tenant'
import { newId } from '@quillworks/service-kit/ids'
import { sql, type SQL } from 'drizzle-orm'
import postgres from 'postgres'
import { startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { promptPageQuery } from '../prompt/prompt-list.repository.ts'
import { snippetPageQuery, snippetVersionPage } from './snippet-list.repository.ts'
import { snippetSorts } from './snippet-list.ts'
import { snippetsByName } from './snippet.repository.ts'

const organizationId = newId()
const userId = newId()
let server: PromptsServer
let owner: postgres.Sql
beforeAll(async () => {
  server = await startPromptsServer()
  owner = postgres(server.database.ownerUrl, { max: 1, onnotice: () => {} })
  await owner`
    insert into prompts.snippets (id, organization_id, project_id, owner_id, visibility, name, name_key, version_number,
      version_id, updated_at, search)
    select gen_random_uuid(), case when n % 2 = 0 then ${organizationId}::uuid else gen_random_uuid() end,
      gen_random_uuid(), case when n % 4 = 0 then ${userId}::uuid else gen_random_uuid() end,
      case when n % 3 = 0 then 'organization' else 'private' end, 'Name' || n, 'name' || n, 1, gen_random_uuid(),
      now() - n * interval '1 second', to_tsvector('simple', 'word' || n % 500 || ' common')
    from generate_series(1, 20000) n`
  await owner`
    insert into prompts.snippet_versions (id, organization_id, project_id, owner_id, visibility, snippet_id, number, name,
      text, created_by)
    select version_id, organization_id, project_id, owner_id, visibility, id, 1, name, 'Text', owner_id
    from prompts.snippets`
  await owner`
    insert into prompts.prompts (id, organization_id, project_id, owner_id, visibility, title, title_key, version_number,
      version_id, search)
    select gen_random_uuid(), ${organizationId}::uuid, gen_random_uuid(), ${userId}::uuid, 'private', 'T', 't', 1,
      gen_random_uuid(), '' from generate_series(1, 10000)`
  await owner`
    insert into prompts.prompt_references (organization_id, project_id, owner_id, visibility, prompt_id, name_key)
    select organization_id, project_id, owner_id, visibility, id, 'name' || row_number() over () % 1000
    from prompts.prompts`
  await owner`analyze prompts.snippets, prompts.snippet_versions, prompts.prompts, prompts.prompt_references`
})
afterAll(async () => {
  await owner.end()
  await server.close()
})

function explain(query: (tx: Transaction) => { getSQL: () => SQL }): Promise<string> {
  return withTenant(server.dependencies.database, { organizationId, userId }, async (tx) => {
    const rows = await tx.execute(sql`explain ${query(tx).getSQL()}`)
    return rows.map((row) => String(row['QUERY PLAN'])).join('\n')
  })
}

describe('at ten thousand snippets', () => {
  const window = { limit: 25, backward: false }
  const middle = '80000000-0000-4000-8000-000000000000'

  for (const sort of snippetSorts) {
    test(`a page sorted by ${sort} reads its index only, from a cursor on too`, async () => {
      const page = { organizationId, search: null, sort, window }
      const key = sort.startsWith('name') ? 'name5' : Date.now() - 5_000_000
      for (const after of [undefined, { key, id: middle }]) {
        const plan = await explain((tx) => snippetPageQuery(tx, { ...page, after }))
        expect(plan).toContain(sort.startsWith('name') ? 'snippets_by_name' : 'snippets_by_update')
        expect(plan).not.toContain('Seq Scan')
        expect(plan).not.toMatch(/^\s*(->)?\s*(Incremental )?Sort/m)
      }
    })
  }

  test('a search reads no whole table', async () => {
    const page = { organizationId, search: 'word7', sort: 'name_asc' as const, window }
    expect(await explain((tx) => snippetPageQuery(tx, page))).not.toContain('Seq Scan')
  })

  test('names are looked up in their index, and the prompts of one too', async () => {
    const keys = ['name8', 'name12', 'name5000']
    const plan = await explain((tx) => snippetsByName(tx, { organizationId, userId, keys }))
    expect(plan).toMatch(/snippets_(by_name|of_owner)/)
    expect(plan).not.toContain('Seq Scan')
    const filter = {
      search: null,
      tag: null,
      model: null,
      label: null,
      projectId: null,
      archived: null,
      snippet: 'name8',
    }
    const used = await explain((tx) =>
      promptPageQuery(tx, { organizationId, filter, sort: 'updated_desc', window }),
    )
    expect(used).toContain('prompt_references_organization_id_name_key')
  })

  test('versions read their index', async () => {
    const plan = await explain((tx) => snippetVersionPage(tx, { organizationId, snippetId: newId(), window }))
    expect(plan).toContain('snippet_versions_number')
  })
})
