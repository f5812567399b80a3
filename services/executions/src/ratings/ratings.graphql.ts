import { ratingValues } from '../contract/ratings.ts'
import { ExecutionType } from '../execution/execution.graphql.ts'
import { StepType } from '../execution/step.graphql.ts'
import { builder, writeScope } from '../graphql/builder.ts'
import { rateExecution } from './rate-execution.usecases.ts'
import { type RatingSum, sumOf } from './rating.ts'
import type { RatingRow } from './rating.table.ts'

const RatingValueEnum = builder.enumType('RatingValue', { values: ratingValues })

const RatingType = builder.objectRef<RatingRow>('Rating').implement({
  fields: (t) => ({
    value: t.field({ type: RatingValueEnum, nullable: true, resolve: (row) => row.rating }),
    reason: t.exposeString('reason', { nullable: true }),
    ratedAt: t.field({ type: 'DateTime', resolve: (row) => row.ratedAt }),
  }),
})

const RatingsType = builder.objectRef<RatingSum>('Ratings').implement({
  description: 'What those who can see it think of it.',
  fields: (t) => ({
    up: t.exposeInt('up'),
    down: t.exposeInt('down'),
    viewer: t.field({
      type: RatingType,
      nullable: true,
      description: 'Your own.',
      resolve: (sum) => sum.viewer,
    }),
  }),
})

builder.objectField(ExecutionType, 'ratings', (t) =>
  t.field({
    type: RatingsType,
    description: 'Counts what was said of it and of its steps; viewer is your own of it as a whole.',
    resolve: async (row, _args, { ratings, identity }) =>
      sumOf(await ratings.load(row.id), '', identity.userId),
  }),
)

builder.objectField(StepType, 'ratings', (t) =>
  t.field({
    type: RatingsType,
    resolve: async (step, _args, { ratings, identity }) => {
      const rows = await ratings.load(step.executionId)
      return sumOf(
        rows.filter(({ stepKey }) => stepKey === step.key),
        step.key,
        identity.userId,
      )
    },
  }),
)

builder.mutationField('rateExecution', (t) =>
  t.field({
    type: ExecutionType,
    description: 'Keeps what you think of an execution, or of one step of it; null takes it back.',
    args: {
      id: t.arg.id({ required: true }),
      stepKey: t.arg.string({ description: 'The execution as a whole where left out.' }),
      rating: t.arg({ type: RatingValueEnum }),
      reason: t.arg.string({ description: 'Up to 2,000 characters.' }),
    },
    extensions: writeScope,
    resolve: (_, args, context) => rateExecution(context, args),
  }),
)
