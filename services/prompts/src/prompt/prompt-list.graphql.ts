import { builder } from '../graphql/builder.ts'
import { pageInfoRef } from '../graphql/page-info.ts'
import { checkedId } from '../ids.ts'
import { promptSorts } from './prompt-list.ts'
import { listPrompts, type PromptConnection } from './prompt-list.usecases.ts'
import { promptRef, type PromptNode } from './prompt.graphql.ts'

export const promptSortEnum = builder.enumType('PromptSort', { values: promptSorts })

const edgeRef = builder.objectRef<{ cursor: string; node: PromptNode }>('PromptEdge').implement({
  fields: (t) => ({ cursor: t.exposeString('cursor'), node: t.expose('node', { type: promptRef }) }),
})

export const promptConnectionRef = builder.objectRef<PromptConnection>('PromptConnection').implement({
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

builder.queryField('prompts', (t) =>
  t.field({
    type: promptConnectionRef,
    description: 'Without archived: those in use. With archived null: all.',
    args: {
      first: t.arg.int(),
      last: t.arg.int(),
      after: t.arg.string(),
      before: t.arg.string(),
      search: t.arg.string({
        description: 'Words; each must begin a word of title, body or system text. At most 1,000 matches.',
      }),
      tag: t.arg.string(),
      model: t.arg.string(),
      label: t.arg.string({ description: 'A label that one of its versions has.' }),
      projectId: t.arg.id(),
      snippet: t.arg.string({ description: 'The name of a snippet that the newest version refers to.' }),
      sort: t.arg({ type: promptSortEnum, defaultValue: 'updated_desc' }),
      archived: t.arg.boolean({ defaultValue: false }),
    },
    extensions: { scope: 'prompts:read' },
    resolve: (
      _root,
      { sort, search, tag, model, label, projectId, snippet, archived, ...page },
      { runCase },
    ) =>
      listPrompts(runCase, {
        page,
        sort: sort ?? 'updated_desc',
        filter: {
          search: search ?? null,
          tag: tag ?? null,
          model: model ?? null,
          label: label ?? null,
          projectId: projectId == null ? null : checkedId(projectId, 'project'),
          snippet: snippet ?? null,
          archived: archived === undefined ? false : archived,
        },
      }),
  }),
)
