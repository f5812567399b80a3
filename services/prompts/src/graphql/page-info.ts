import { builder } from './builder.ts'
import type { Connection } from '../page.ts'

export const pageInfoRef = builder.objectRef<Connection<unknown>['pageInfo']>('PageInfo').implement({
  directives: [{ name: 'shareable' }],
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage'),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage'),
    startCursor: t.exposeString('startCursor', { nullable: true }),
    endCursor: t.exposeString('endCursor', { nullable: true }),
  }),
})
