import { builder, readScope } from '../graphql/builder.ts'
import { sumUsage, type UsageSum } from './execution.repository.ts'

/** A sum of nothing is zero; a sum of only unknown parts is unknown. */
function known(value: number | null, unknown: number): number | null {
  return value ?? (unknown > 0 ? null : 0)
}

export const UsageType = builder.objectRef<UsageSum>('Usage').implement({
  description: 'Sums over attempts that have ended. Null where none of them told; unknown is never zero.',
  fields: (t) => ({
    inputTokens: t.float({ nullable: true, resolve: (u) => known(u.inputTokens, u.unknownAttempts) }),
    outputTokens: t.float({ nullable: true, resolve: (u) => known(u.outputTokens, u.unknownAttempts) }),
    cachedTokens: t.float({
      nullable: true,
      description: 'The part of the input tokens that the provider read from its cache.',
      resolve: (u) => known(u.cachedTokens, u.unknownAttempts),
    }),
    totalTokens: t.float({
      nullable: true,
      resolve: (u) =>
        u.inputTokens === null && u.outputTokens === null
          ? known(null, u.unknownAttempts)
          : (u.inputTokens ?? 0) + (u.outputTokens ?? 0),
    }),
    costUsd: t.float({
      nullable: true,
      description: 'At the prices of the time of each attempt, exact to a billionth.',
      resolve: (u) =>
        u.costNanoUsd === null
          ? known(null, u.unknownAttempts + u.unpricedAttempts)
          : Number(u.costNanoUsd) / 1e9,
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
