import { builder } from '../graphql/builder.ts'
import type { ExecutionsExtra } from '../graphql/context.ts'
import {
  connectionOf,
  cursorsOf,
  pageOf,
  PageInfoType,
  positions,
  type Connection,
} from '../graphql/pages.ts'
import { pageOfEvents } from './execution.repository.ts'
import type { EventRow } from './event.table.ts'

const ExecutionEventType = builder.objectRef<EventRow>('ExecutionEvent').implement({
  description: 'One append-only fact about an execution.',
  fields: (t) => ({
    revision: t.exposeInt('revision'),
    type: t.exposeString('type'),
    stepKey: t.exposeString('stepKey', { nullable: true }),
    data: t.field({ type: 'JSON', resolve: (event) => event.data }),
    at: t.field({ type: 'DateTime', resolve: (event) => event.at }),
  }),
})

const ExecutionEventEdgeType = builder
  .objectRef<{ cursor: string; node: EventRow }>('ExecutionEventEdge')
  .implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: ExecutionEventType, resolve: (edge) => edge.node }),
    }),
  })

export const ExecutionEventConnectionType = builder
  .objectRef<Connection<EventRow>>('ExecutionEventConnection')
  .implement({
    fields: (t) => ({
      edges: t.field({ type: [ExecutionEventEdgeType], resolve: (connection) => connection.edges }),
      pageInfo: t.field({ type: PageInfoType, resolve: (connection) => connection.pageInfo }),
    }),
  })

/** The events of an execution in order, after a cursor or a revision; 500 at most. */
export async function readEvents(
  { read }: Pick<ExecutionsExtra, 'read'>,
  executionId: string,
  args: {
    first?: number | null | undefined
    after?: string | null | undefined
    afterRevision?: number | null | undefined
  },
): Promise<Connection<EventRow>> {
  const cursors = cursorsOf(['events', executionId], positions.number)
  const page = pageOf({ first: args.first ?? 100, after: args.after }, cursors.decode, 500)
  const from = Math.max(Number(page.after ?? 0), args.afterRevision ?? 0)
  const rows = await read((tx) => pageOfEvents(tx, executionId, from, page.limit))
  return connectionOf(page, rows, (event) => cursors.encode(String(event.revision)))
}
