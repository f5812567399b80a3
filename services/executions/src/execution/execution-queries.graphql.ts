import { notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { builder, readScope } from '../graphql/builder.ts'
import {
  connectionOf,
  cursorsOf,
  pageOf,
  PageInfoType,
  goingOn,
  positions,
  type Connection,
} from '../graphql/pages.ts'
import { ExecutionStatusType, WaitKindType } from './enums.graphql.ts'
import { ExecutionEventConnectionType, readEvents } from './event.graphql.ts'
import { ExecutionType } from './execution.graphql.ts'
import { filterOf } from './execution-filter-input.ts'
import type { ExecutionFilter } from './execution-filter.ts'
import { countExecutions, listExecutions } from './execution-list.repository.ts'
import { shownStatus, type ShownExecution } from './execution.ts'

const ExecutionFilterInput = builder.inputType('ExecutionFilter', {
  fields: (t) => ({
    ids: t.idList(),
    kind: t.stringList(),
    status: t.field({ type: [ExecutionStatusType] }),
    waitingFor: t.field({
      type: [WaitKindType],
      description: 'Those that wait for one of these; input is the next message of a conversation.',
    }),
    sourceType: t.string(),
    sourceId: t.id(),
    trigger: t.stringList(),
    model: t.string({ description: 'Those in which a step asked this model, such as demo/writer.' }),
    text: t.string({
      description:
        'Stands in the name, in capitals or not; from 2 characters on. The beginning of an id, with its first dash, finds the id instead.',
    }),
    costAtLeast: t.float({ description: 'In US dollars; what an unknown amount was spent on does not fit.' }),
    costAtMost: t.float({ description: 'In US dollars; what an unknown amount was spent on does not fit.' }),
    track: t.boolean({
      defaultValue: true,
      description: 'True for the history, false for utility runs only, null for both.',
    }),
    createdBy: t.id(),
    projectId: t.id(),
    createdAfter: t.field({ type: 'DateTime' }),
    createdBefore: t.field({ type: 'DateTime' }),
  }),
})

type FilterArgs = typeof ExecutionFilterInput.$inferInput

interface ExecutionList extends Connection<ShownExecution> {
  filter: ExecutionFilter
  /** The last that was looked at, where the page ended before it was full. */
  stoppedAt: string | null
}

const ExecutionEdgeType = builder
  .objectRef<{ cursor: string; node: ShownExecution }>('ExecutionEdge')
  .implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: ExecutionType, resolve: (edge) => edge.node }),
    }),
  })

const ExecutionConnectionType = builder.objectRef<ExecutionList>('ExecutionConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [ExecutionEdgeType], resolve: (list) => list.edges }),
    pageInfo: t.field({ type: PageInfoType, resolve: (list) => list.pageInfo }),
    hasPending: t.boolean({
      description: 'Something on this page is queued or running.',
      resolve: (list) => list.edges.some(({ node }) => ['queued', 'running'].includes(shownStatus(node))),
    }),
    totalCount: t.int({
      description: 'Of the newest 10,000 that are looked at.',
      resolve: async (list, _, context) => (await count(list, context)).count,
    }),
    totalCountCapped: t.boolean({
      description: 'There are more than were looked at.',
      resolve: async (list, _, context) => (await count(list, context)).capped,
    }),
    lookedBackTo: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Where so many did not fit that the page ended before it was full: when the last that was looked at was made. The next page goes on from there.',
      resolve: ({ stoppedAt }) => (stoppedAt === null ? null : madeAt(stoppedAt)),
    }),
  }),
})

/** When an id was made, which its first 48 bits say. */
const madeAt = (id: string) => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))

function count(list: ExecutionList, { read, identity }: Parameters<typeof readList>[1]) {
  return read((tx) => countExecutions(tx, identity, list.filter))
}

async function readList(
  args: { filter?: FilterArgs | null | undefined } & Parameters<typeof pageOf>[0],
  { read, identity }: import('../graphql/context.ts').ExecutionsContext,
): Promise<ExecutionList> {
  const filter = filterOf(args.filter)
  const cursors = cursorsOf(['executions', filter], positions.id)
  const page = pageOf(args, cursors.decode)
  const { rows, stoppedAt } = await read((tx) => listExecutions(tx, identity, filter, page))
  const connection = connectionOf(page, rows, (row) => cursors.encode(row.id))
  return {
    ...(stoppedAt === null ? connection : goingOn(connection, page, cursors.encode(stoppedAt))),
    filter,
    stoppedAt,
  }
}

builder.queryFields((t) => ({
  execution: t.field({
    type: ExecutionType,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    extensions: readScope,
    resolve: async (_, { id }, { loaders }) => {
      const row = isId(id) ? await loaders.executions.load(id) : null
      if (!row) throw notFound('execution')
      return row
    },
  }),
  executions: t.field({
    type: ExecutionConnectionType,
    description:
      'Newest first. A page may hold fewer than asked for, or none, where many were looked at; hasNextPage then says so.',
    args: {
      filter: t.arg({ type: ExecutionFilterInput }),
      first: t.arg.int(),
      after: t.arg.string(),
      last: t.arg.int(),
      before: t.arg.string(),
    },
    extensions: readScope,
    resolve: (_, args, context) => readList(args, context),
  }),
  executionEvents: t.field({
    type: ExecutionEventConnectionType,
    args: {
      id: t.arg.id({ required: true }),
      first: t.arg.int(),
      after: t.arg.string(),
      afterRevision: t.arg.int(),
    },
    extensions: readScope,
    resolve: async (_, { id, ...args }, context) => {
      if (!isId(id) || !(await context.loaders.executions.load(id))) throw notFound('execution')
      return readEvents(context, id, args)
    },
  }),
}))
