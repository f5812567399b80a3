import type { ExecutionResult } from '@graphql-tools/utils'
import { execute, type ExecutionArgs, GraphQLError, responsePathAsArray } from 'graphql'
import type { PlanRun } from './run-plan.ts'

type Holder = Record<string, unknown>

/** An error at another place, or at none, than in the document that it came from. */
function placed(error: GraphQLError, path?: readonly (string | number)[]): GraphQLError {
  return new GraphQLError(error.message, {
    ...(path ? { path } : {}),
    extensions: error.extensions,
    ...(error.originalError ? { originalError: error.originalError } : {}),
  })
}

/** An error without the place that it had in another document. */
export const unplaced = (error: GraphQLError): GraphQLError => placed(error)

/** Puts an error where its path leads, or where the null that it made begins. */
export function placeError(data: Holder, error: GraphQLError, path: readonly (string | number)[]): void {
  let holder: Holder = data
  for (const [depth, key] of path.entries()) {
    const value = holder[key]
    if (value instanceof Error) return
    if (value == null || depth === path.length - 1) {
      holder[key] = error
      return
    }
    if (typeof value !== 'object') return
    holder = value as Holder
  }
}

const byResponseKey: ExecutionArgs['fieldResolver'] = (source: Holder, _args, _context, info) => {
  const value = source[info.path.key]
  if (value instanceof GraphQLError)
    throw value.path?.length ? value : placed(value, responsePathAsArray(info.path))
  return value
}

/** Makes an answer of data in which something is missing or an error stands: nulls where types allow them. */
export async function completeAnswer(run: PlanRun, data: Holder): Promise<ExecutionResult> {
  const { errors, ...rest } = await execute({
    schema: run.schema,
    document: run.document,
    rootValue: data,
    variableValues: run.variables,
    fieldResolver: byResponseKey,
  })
  return { ...rest, ...(errors ? { errors } : {}) }
}
