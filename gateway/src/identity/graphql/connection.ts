import type { ObjectRef } from '@pothos/core'
import { builder } from './builder.ts'
import type { Page } from './page.ts'

const pageInfo = builder.objectRef<Page<unknown>['pageInfo']>('PageInfo').implement({
  directives: [{ name: 'shareable', args: {} }],
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { nullable: false }),
    startCursor: t.exposeString('startCursor', { nullable: true }),
    endCursor: t.exposeString('endCursor', { nullable: true }),
  }),
})

/** The connection and edge types of a list of `node`. */
export function connectionOf<Node>(name: string, node: ObjectRef<typeof builder.$inferSchemaTypes, Node>) {
  const edge = builder.objectRef<{ cursor: string; node: Node }>(`${name}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor', { nullable: false }),
      node: t.field({ type: node, nullable: false, resolve: (parent) => parent.node as never }),
    }),
  })
  return builder.objectRef<Page<Node>>(`${name}Connection`).implement({
    fields: (t) => ({
      edges: t.field({ type: [edge], nullable: false, resolve: (page) => page.edges as never }),
      pageInfo: t.field({ type: pageInfo, nullable: false, resolve: (page) => page.pageInfo }),
    }),
  })
}

/** The four arguments of a connection. */
export function pageArguments() {
  return builder.args((t) => ({ first: t.int(), last: t.int(), after: t.string(), before: t.string() }))
}
