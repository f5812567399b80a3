import { entity } from '@quillworks/service-kit/subgraph-builder'
import { AppError } from '@quillworks/service-kit/errors'
import { planInputRef } from '../engine/state.ts'
import { builder } from '../graphql/builder.ts'
import { connectionOf, cursorsOf, pageOf, positions } from '../graphql/pages.ts'
import { ExecutionStatusType, VisibilityType, WaitKindType } from './enums.graphql.ts'
import { ExecutionEventConnectionType, readEvents } from './event.graphql.ts'
import {
  durationMs,
  resultSteps,
  shownError,
  shownFinishedAt,
  shownStatus,
  type ShownExecution,
} from './execution.ts'
import { pageOfSteps } from './execution.repository.ts'
import { ExecutionErrorType, StepConnectionType, StepType } from './step.graphql.ts'
import type { WaitKind } from '../contract/events.ts'
import { canEnd, canWriteTo } from '../contract/rights.ts'
import { mostSteps } from '../contract/snapshot.ts'
import { UsageType } from './usage.graphql.ts'

export const UserType = builder.objectRef<{ id: string }>('User').implement({
  directives: entity('id', { resolvable: false }),
  fields: (t) => ({ id: t.exposeID('id') }),
})

const WaitingType = builder.objectRef<ShownExecution>('Waiting').implement({
  fields: (t) => ({
    for: t.field({ type: WaitKindType, resolve: (row) => row.waitingFor as WaitKind }),
    stepKey: t.exposeString('waitingStep', { nullable: true }),
    since: t.field({ type: 'DateTime', resolve: (row) => row.waitingSince ?? row.updatedAt }),
    until: t.field({ type: 'DateTime', nullable: true, resolve: (row) => row.waitingUntil }),
  }),
})

const ProgressType = builder.objectRef<ShownExecution>('Progress').implement({
  description: 'Steps that have ended, of all that are known.',
  fields: (t) => ({ done: t.exposeInt('progressDone'), total: t.exposeInt('progressTotal') }),
})

const SourceType = builder.objectRef<ShownExecution>('ExecutionSource').implement({
  description: 'What was run, by the name it had then.',
  fields: (t) => ({
    type: t.string({ resolve: (row) => row.sourceType ?? '' }),
    id: t.id({ resolve: (row) => row.sourceId ?? '' }),
    name: t.string({ resolve: (row) => row.sourceName ?? '' }),
    version: t.exposeInt('sourceVersion', { nullable: true }),
  }),
})

const DerivedFromType = builder.objectRef<ShownExecution>('DerivedFrom').implement({
  fields: (t) => ({
    id: t.id({ resolve: (row) => row.derivedFromId ?? '' }),
    stepKey: t.exposeString('derivedFromStep', { nullable: true }),
    reason: t.string({ resolve: (row) => row.derivedFromReason ?? '' }),
  }),
})

export const ExecutionType = builder.objectRef<ShownExecution>('Execution').implement({
  description: 'One durable run of anything.',
  directives: entity('id'),
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.exposeString('kind'),
    name: t.exposeString('name'),
    status: t.field({ type: ExecutionStatusType, resolve: shownStatus }),
    waiting: t.field({
      type: WaitingType,
      nullable: true,
      resolve: (row) => (row.waitingFor === null ? null : row),
    }),
    queuePosition: t.int({
      nullable: true,
      description:
        'Of what is queued: its turn in its organization, 1 for the next that is taken up. Counted up to 1,000; 1,001 stands for any further back.',
      resolve: (row, _, { queuePositions }) =>
        shownStatus(row) === 'queued' ? queuePositions.load(row.id) : null,
    }),
    revision: t.exposeInt('revision'),
    track: t.exposeBoolean('track'),
    visibility: t.field({ type: VisibilityType, resolve: (row) => row.visibility }),
    projectId: t.exposeID('projectId'),
    createdBy: t.field({ type: UserType, resolve: (row) => ({ id: row.ownerId }) }),
    viewerCanWrite: t.boolean({
      description: 'Whether the caller may write messages to it and name it.',
      resolve: (row, _, { identity }) => canWriteTo(row.ownerId, identity),
    }),
    viewerCanEnd: t.boolean({
      description: 'Whether the caller may cancel it and stop its steps.',
      resolve: (row, _, { identity }) => canEnd(row.ownerId, identity),
    }),
    trigger: t.exposeString('trigger'),
    source: t.field({
      type: SourceType,
      nullable: true,
      resolve: (row) => (row.sourceType === null ? null : row),
    }),
    derivedFrom: t.field({
      type: DerivedFromType,
      nullable: true,
      resolve: (row) => (row.derivedFromId === null ? null : row),
    }),
    input: t.field({
      type: 'JSON',
      nullable: true,
      resolve: (row, _, { loaders }) => loaders.payloads.load({ executionId: row.id, ref: planInputRef }),
    }),
    output: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The result of the last step; where several steps are last, their results by key.',
      resolve: async (row, _, { loaders }) => {
        const results = resultSteps(row.conversation, await loaders.steps.load(row.id))
        const bodies = await Promise.all(
          results.map(({ outputRef }) =>
            outputRef === null ? null : loaders.payloads.load({ executionId: row.id, ref: outputRef }),
          ),
        )
        if (results.length < 2) return bodies[0] ?? null
        return Object.fromEntries(results.map(({ key }, index) => [key, bodies[index] ?? null]))
      },
    }),
    error: t.field({
      type: ExecutionErrorType,
      nullable: true,
      description: 'Why it ended; of a conversation that waits, why its last answer is not whole.',
      resolve: shownError,
    }),
    progress: t.field({ type: ProgressType, resolve: (row) => row }),
    steps: t.field({
      type: [StepType],
      description: 'In the order of the plan, 500 at most; stepsPage has all.',
      resolve: async (row, _, { loaders }) =>
        (await loaders.steps.load(row.id))
          .slice(0, mostSteps)
          .map((step) => ({ ...step, executionOverdue: row.overdue })),
    }),
    stepsPage: t.field({
      type: StepConnectionType,
      args: { first: t.arg.int(), after: t.arg.string(), last: t.arg.int(), before: t.arg.string() },
      resolve: async (row, args, { read }) => {
        const cursors = cursorsOf(['steps', row.id], positions.number)
        const page = pageOf(args, cursors.decode, mostSteps)
        const rows = await read((tx) => pageOfSteps(tx, row.id, page))
        const shown = rows.map((step) => ({ ...step, executionOverdue: row.overdue }))
        return connectionOf(page, shown, (step) => cursors.encode(String(step.ordinal)))
      },
    }),
    events: t.field({
      type: ExecutionEventConnectionType,
      args: { first: t.arg.int(), after: t.arg.string(), afterRevision: t.arg.int() },
      resolve: (row, args, context) => readEvents(context, row.id, args),
    }),
    usage: t.field({ type: UsageType, resolve: (row) => row }),
    createdAt: t.field({ type: 'DateTime', resolve: (row) => row.createdAt }),
    updatedAt: t.field({ type: 'DateTime', resolve: (row) => row.updatedAt }),
    startedAt: t.field({ type: 'DateTime', nullable: true, resolve: (row) => row.startedAt }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, resolve: shownFinishedAt }),
    durationMs: t.float({
      nullable: true,
      resolve: (row) => durationMs(row.startedAt, shownFinishedAt(row)),
    }),
  }),
})

/** What a mutation answers with: the execution as it is after it. */
export function required(row: ShownExecution | null): ShownExecution {
  if (!row) throw new AppError('execution.not_found', 'There is no such execution.')
  return row
}
