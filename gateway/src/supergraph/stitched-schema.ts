import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation'
import type { Executor } from '@graphql-tools/utils'
import type { GraphQLSchema } from 'graphql'
import type { GatewayContext } from '../context.ts'

/** The federated schema over `executors`, by subgraph name; a subgraph without one is refused at the start. */
export function createStitchedSchema(input: {
  supergraphSdl: string
  executors: Record<string, Executor<GatewayContext>>
}): GraphQLSchema {
  return getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: input.supergraphSdl,
    batch: true,
    onSubschemaConfig(config) {
      const executor = input.executors[config.name.toLowerCase()]
      if (!executor)
        throw new Error(
          `The supergraph names ${config.name.toLowerCase()}, but QUILLWORKS_SERVICES does not.`,
        )
      config.executor = executor
    },
    onMergedTypeConfig(_typeName, merged) {
      // A cached entity would answer the later events of a subscription with the first event's state.
      for (const entryPoint of merged.entryPoints ?? []) {
        entryPoint.dataLoaderOptions = { ...entryPoint.dataLoaderOptions, cache: false }
      }
      if (merged.fieldName) merged.dataLoaderOptions = { ...merged.dataLoaderOptions, cache: false }
    },
  })
}
