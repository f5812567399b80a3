import type { ExecutionResult, Executor } from '@graphql-tools/utils'
import {
  buildSchema,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  getVariableValues,
  type GraphQLSchema,
} from 'graphql'
import type { GatewayContext } from '../context.ts'
import { readOwnership } from './ownership.ts'
import { planDocument } from './plan.ts'
import type { Plan } from './plan-shape.ts'
import { runPlan } from './run-plan.ts'

/** Carries out queries and mutations over all services; by `otherwise` what has no plan or wrong variables. */
export type ExecuteSupergraph = (
  args: ExecutionArgs,
  otherwise?: (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>,
) => Promise<ExecutionResult>

/**
 * Answers documents by a plan of requests to the services, made once for each parsed document; what has no plan goes
 * through `stitched`.
 */
export function createSupergraphExecution(input: {
  supergraphSdl: string
  stitched: GraphQLSchema
  executors: Record<string, Executor<GatewayContext>>
}): ExecuteSupergraph {
  const schema = buildSchema(input.supergraphSdl, { assumeValidSDL: true })
  const ownership = readOwnership(input.supergraphSdl)
  const plans = new WeakMap<DocumentNode, Plan | 'stitched'>()

  function planOf(document: DocumentNode): Plan | 'stitched' {
    const known = plans.get(document) ?? planDocument({ schema, ownership, document }) ?? 'stitched'
    plans.set(document, known)
    return known
  }

  return async (args, otherwise = (other) => execute({ ...other, schema: input.stitched })) => {
    const plan = planOf(args.document)
    const named = args.operationName
    if (plan === 'stitched' || (named && named !== plan.operation.name?.value)) return otherwise(args)
    const variables = args.variableValues ?? {}
    const wrong = getVariableValues(schema, plan.operation.variableDefinitions ?? [], variables).errors
    if (wrong) return otherwise(args)
    const context = args.contextValue as GatewayContext
    return runPlan({ plan, document: args.document, executors: input.executors, schema, variables, context })
  }
}
