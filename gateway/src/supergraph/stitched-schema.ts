import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation'
import type { Executor } from '@graphql-tools/utils'
import { unrealDate } from '@quillworks/service-kit/subgraph-builder'
import { parseInstant } from '@quillworks/service-kit/instant'
import { type GraphQLSchema, isScalarType, Kind } from 'graphql'
import type { GatewayContext } from '../context.ts'

/** The federated schema over `executors`, by subgraph name; a subgraph without one is refused at the start. */
export function createStitchedSchema(input: {
  supergraphSdl: string
  executors: Record<string, Executor<GatewayContext>>
}): GraphQLSchema {
  const schema = getStitchedSchemaFromSupergraphSdl({
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
  refuseUnrealDates(schema)
  return schema
}

/** Judges dates that are written into a document with the document, as a service would with its part of it. */
function refuseUnrealDates(schema: GraphQLSchema): void {
  const scalar = schema.getType('DateTime')
  if (!isScalarType(scalar)) return
  scalar.parseLiteral = (node) => {
    if (node.kind === Kind.STRING && parseInstant(node.value)) return node.value
    throw unrealDate()
  }
}
