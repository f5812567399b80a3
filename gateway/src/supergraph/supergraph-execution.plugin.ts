import type { ExecutionArgs } from 'graphql'
import type { GatewayContext, GatewayPlugin } from '../context.ts'
import type { ExecuteSupergraph } from './supergraph-execution.ts'

/** Lets queries and mutations be carried out by `execute` instead of by the schema's own resolvers. */
export function supergraphExecution(execute: ExecuteSupergraph): GatewayPlugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => {
        const { answered } = args.contextValue as Partial<GatewayContext>
        return answered ?? execute(args, executeFn)
      })
    },
  }
}
