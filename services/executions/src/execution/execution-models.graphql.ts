import { builder } from '../graphql/builder.ts'
import { ExecutionType } from './execution.graphql.ts'

builder.objectField(ExecutionType, 'models', (t) =>
  t.stringList({
    description: 'The models that its steps asked, each once, in the order of the plan.',
    resolve: (row, _args, { loaders }) => loaders.models.load(row.id),
  }),
)
