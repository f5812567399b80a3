import type { Executor } from '@graphql-tools/utils'
import { execute, type GraphQLSchema } from 'graphql'
import type { GatewayContext } from '../context.ts'

/** Carries out a part of an operation in this process. */
export function createLocalExecutor(schema: GraphQLSchema): Executor<GatewayContext> {
  return (request) =>
    execute({
      schema,
      document: request.document,
      variableValues: request.variables ?? {},
      contextValue: request.context,
      operationName: request.operationName ?? null,
    }) as never
}
