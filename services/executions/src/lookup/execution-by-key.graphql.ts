import { notFound } from '@quillworks/service-kit/errors'
import { ExecutionType } from '../execution/execution.graphql.ts'
import { builder, readScope } from '../graphql/builder.ts'
import { findIdByKey } from './execution-by-key.repository.ts'

builder.queryField('executionByKey', (t) =>
  t.field({
    type: ExecutionType,
    nullable: true,
    description: 'What you started with an idempotencyKey in the last 30 days, where its answer was lost.',
    args: {
      idempotencyKey: t.arg.string({ required: true }),
      operation: t.arg.string({ description: 'Such as runPrompt, where one key was given to several.' }),
    },
    extensions: readScope,
    resolve: async (_, { idempotencyKey: key, operation }, { read, identity, loaders }) => {
      const { organizationId, userId } = identity
      const asked = { organizationId, userId, key, operation: operation ?? null }
      const id = await read((tx) => findIdByKey(tx, asked))
      const row = id === undefined ? null : await loaders.executions.load(id)
      if (!row) throw notFound('execution')
      return row
    },
  }),
)
