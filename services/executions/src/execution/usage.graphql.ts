import { toldUsage } from '../contract/usage.ts'
import { builder, readScope } from '../graphql/builder.ts'
import { sumUsage, type UsageSum } from './execution.repository.ts'

export const UsageType = builder.objectRef<UsageSum>('Usage').implement({
  description: 'Sums over attempts that have ended. Null where none of them told; unknown is never zero.',
  fields: (t) => ({
    inputTokens: t.float({ nullable: true, resolve: (sums) => toldUsage(sums).inputTokens }),
    outputTokens: t.float({ nullable: true, resolve: (sums) => toldUsage(sums).outputTokens }),
    cachedTokens: t.float({
      nullable: true,
      description: 'The part of the input tokens that the provider read from its cache.',
      resolve: (sums) => toldUsage(sums).cachedTokens,
    }),
    totalTokens: t.float({ nullable: true, resolve: (sums) => toldUsage(sums).totalTokens }),
    costUsd: t.float({
      nullable: true,
      description: 'At the prices of the time of each attempt, exact to a billionth.',
      resolve: (sums) => toldUsage(sums).costUsd,
    }),
    unknownAttempts: t.exposeInt('unknownAttempts', {
      description: 'Attempts that spent an amount nobody knows.',
    }),
    unpricedAttempts: t.exposeInt('unpricedAttempts', {
      description: 'Attempts of known tokens without a known price.',
    }),
    timeToFirstTokenMs: t.exposeInt('timeToFirstTokenMs', { nullable: true }),
  }),
})

const UsageFilterInput = builder.inputType('UsageFilter', {
  fields: (t) => ({
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime' }),
    projectId: t.id(),
  }),
})

builder.queryField('usage', (t) =>
  t.field({
    type: UsageType,
    description: 'What the executions that one can see have used, utility ones too.',
    args: { filter: t.arg({ type: UsageFilterInput }) },
    extensions: readScope,
    resolve: (_, { filter }, { read, identity }) =>
      read((tx) =>
        sumUsage(tx, identity.organizationId, {
          createdAfter: filter?.from ?? undefined,
          createdBefore: filter?.to ?? undefined,
          projectId: filter?.projectId ?? undefined,
        }),
      ),
  }),
)
