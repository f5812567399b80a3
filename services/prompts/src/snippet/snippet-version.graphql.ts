import { builder } from '../graphql/builder.ts'
import { userRef } from '../graphql/external-refs.ts'
import { pageInfoRef } from '../graphql/page-info.ts'
import type { Connection } from '../page.ts'
import type { SnippetVersionRow } from './snippet-version.table.ts'

export const snippetVersionRef = builder.objectRef<SnippetVersionRow>('SnippetVersion').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    snippetId: t.exposeID('snippetId'),
    number: t.exposeInt('number'),
    name: t.exposeString('name'),
    text: t.exposeString('text'),
    comment: t.exposeString('comment', { nullable: true }),
    createdBy: t.field({ type: userRef, resolve: (version) => ({ id: version.createdBy }) }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

const edgeRef = builder
  .objectRef<{ cursor: string; node: SnippetVersionRow }>('SnippetVersionEdge')
  .implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.expose('node', { type: snippetVersionRef }),
    }),
  })

export const snippetVersionConnectionRef = builder
  .objectRef<Connection<SnippetVersionRow>>('SnippetVersionConnection')
  .implement({
    fields: (t) => ({
      edges: t.expose('edges', { type: [edgeRef] }),
      pageInfo: t.expose('pageInfo', { type: pageInfoRef }),
    }),
  })
