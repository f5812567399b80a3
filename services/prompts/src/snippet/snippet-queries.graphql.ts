import { isId } from '@quillworks/service-kit/ids'
import { builder } from '../graphql/builder.ts'
import { pageInfoRef } from '../graphql/page-info.ts'
import { snippetSorts } from './snippet-list.ts'
import { listSnippets, type SnippetConnection } from './snippet-list.usecases.ts'
import { meantSnippet } from './snippet.usecases.ts'
import { snippetRef, type SnippetNode } from './snippet.graphql.ts'

const sortEnum = builder.enumType('SnippetSort', { values: snippetSorts })

const edgeRef = builder.objectRef<{ cursor: string; node: SnippetNode }>('SnippetEdge').implement({
  fields: (t) => ({ cursor: t.exposeString('cursor'), node: t.expose('node', { type: snippetRef }) }),
})

const connectionRef = builder.objectRef<SnippetConnection>('SnippetConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [edgeRef], resolve: (connection) => connection.edges }),
    pageInfo: t.expose('pageInfo', { type: pageInfoRef }),
    totalCount: t.int({
      description: 'Counted up to 1,000; totalCountCapped tells when there are more.',
      resolve: async (connection) => (await connection.count()).total,
    }),
    totalCountCapped: t.boolean({ resolve: async (connection) => (await connection.count()).capped }),
  }),
})

const readScope = { scope: 'prompts:read' }

builder.queryFields((t) => ({
  snippet: t.field({
    type: snippetRef,
    nullable: true,
    description: 'Null where there is no such snippet or it is not shared with the caller.',
    args: { id: t.arg.id({ required: true }) },
    extensions: readScope,
    resolve: (_root, { id }, { loaders }) => (isId(id) ? loaders.snippet.load(id.toLowerCase()) : null),
  }),
  snippetByName: t.field({
    type: snippetRef,
    nullable: true,
    description:
      "What @name means in the caller's executions: their own snippet, else the organization's shared one, else null.",
    args: { name: t.arg.string({ required: true }) },
    extensions: readScope,
    resolve: (_root, { name }, { runCase }) => meantSnippet(runCase, name),
  }),
  snippets: t.field({
    type: connectionRef,
    args: {
      first: t.arg.int(),
      last: t.arg.int(),
      after: t.arg.string(),
      before: t.arg.string(),
      search: t.arg.string({
        description: 'Words; each must begin a word of name or text. At most 1,000 matches.',
      }),
      sort: t.arg({ type: sortEnum, defaultValue: 'name_asc' }),
    },
    extensions: readScope,
    resolve: (_root, { sort, search, ...page }, { runCase }) =>
      listSnippets(runCase, { page, sort: sort ?? 'name_asc', search: search ?? null }),
  }),
}))
