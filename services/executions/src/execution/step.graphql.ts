import { builder } from '../graphql/builder.ts'
import type { Connection } from '../graphql/pages.ts'
import { PageInfoType } from '../graphql/pages.ts'
import type { AttemptRow } from './attempt.table.ts'
import { AttemptStatusType, StepStatusType } from './enums.graphql.ts'
import type { AsOf } from './execution.repository.ts'
import { durationMs, shownInput, shownOutputRef, shownStepStatus } from './execution.ts'
import type { StepRow } from './step.table.ts'
import { UsageType } from './usage.graphql.ts'

/** A step with what its execution says about it. */
export interface ShownStep extends AsOf<StepRow> {
  executionOverdue: boolean
}

export const ExecutionErrorType = builder
  .objectRef<{ code: string; message: string }>('ExecutionError')
  .implement({
    fields: (t) => ({ code: t.exposeString('code'), message: t.exposeString('message') }),
  })

const asOfDescription =
  'The execution’s revision that this is of. Higher than the execution’s own in the same answer where something happened between the reading of both: whoever puts them together reads again.'

const errorOf = ({ errorCode, errorMessage }: { errorCode: string | null; errorMessage: string | null }) =>
  errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' }

const AttemptType = builder.objectRef<AsOf<AttemptRow>>('Attempt').implement({
  description: 'One try of a step.',
  fields: (t) => ({
    number: t.exposeInt('number'),
    status: t.field({ type: AttemptStatusType, resolve: (attempt) => attempt.status }),
    model: t.exposeString('model', { nullable: true }),
    error: t.field({ type: ExecutionErrorType, nullable: true, resolve: errorOf }),
    finishReason: t.exposeString('finishReason', { nullable: true }),
    usage: t.field({
      type: UsageType,
      resolve: (attempt) => ({
        ...attempt,
        unknownAttempts: attempt.usageState === 'unknown' ? 1 : 0,
        unpricedAttempts: attempt.usageState === 'known' && attempt.costNanoUsd === null ? 1 : 0,
      }),
    }),
    executionRevision: t.exposeInt('executionRevision', { description: asOfDescription }),
    startedAt: t.field({ type: 'DateTime', resolve: (attempt) => attempt.startedAt }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, resolve: (attempt) => attempt.finishedAt }),
  }),
})

export const StepType = builder.objectRef<ShownStep>('Step').implement({
  description: 'One unit of an execution, addressed by its path, such as message[4].',
  fields: (t) => ({
    key: t.exposeString('key'),
    name: t.exposeString('name', { nullable: true }),
    kind: t.exposeString('kind'),
    status: t.field({
      type: StepStatusType,
      resolve: (step) => shownStepStatus(step, step.executionOverdue),
    }),
    replaces: t.exposeString('replaces', {
      nullable: true,
      description: 'The message whose answer this one takes the place of.',
    }),
    model: t.exposeString('model', { nullable: true }),
    attempt: t.exposeInt('attempt', { description: 'Number of the latest attempt, 0 before the first.' }),
    attempts: t.field({
      type: [AttemptType],
      resolve: async (step, _, { loaders }) =>
        (await loaders.attempts.load(step.executionId)).filter(({ stepKey }) => stepKey === step.key),
    }),
    input: t.field({
      type: 'JSON',
      nullable: true,
      resolve: async (step, _, { loaders }) =>
        shownInput(step, await loaders.payloads.load({ executionId: step.executionId, ref: step.inputRef })),
    }),
    output: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'Text of models and templates, any JSON of calls; of a step not yet ended, what is stored so far.',
      resolve: (step, _, { loaders }) => {
        const ref = shownOutputRef(step)
        return ref === null ? null : loaders.payloads.load({ executionId: step.executionId, ref })
      },
    }),
    error: t.field({ type: ExecutionErrorType, nullable: true, resolve: errorOf }),
    usage: t.field({ type: UsageType, resolve: (step) => step }),
    executionRevision: t.exposeInt('executionRevision', { description: asOfDescription }),
    startedAt: t.field({ type: 'DateTime', nullable: true, resolve: (step) => step.startedAt }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, resolve: (step) => step.finishedAt }),
    durationMs: t.float({ nullable: true, resolve: (step) => durationMs(step.startedAt, step.finishedAt) }),
  }),
})

const StepEdgeType = builder.objectRef<{ cursor: string; node: ShownStep }>('StepEdge').implement({
  fields: (t) => ({
    cursor: t.exposeString('cursor'),
    node: t.field({ type: StepType, resolve: (edge) => edge.node }),
  }),
})

export const StepConnectionType = builder.objectRef<Connection<ShownStep>>('StepConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [StepEdgeType], resolve: (connection) => connection.edges }),
    pageInfo: t.field({ type: PageInfoType, resolve: (connection) => connection.pageInfo }),
  }),
})
