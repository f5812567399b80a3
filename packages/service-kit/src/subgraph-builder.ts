import SchemaBuilder from '@pothos/core'
import DirectivesPlugin from '@pothos/plugin-directives'
import { GraphQLError, Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import type { Identity } from './identity.ts'
import { parseInstant } from './instant.ts'

/** What every resolver of a service receives. */
export interface SubgraphContext {
  identity: Identity
  request: Request
}

/** The scalars that all subgraphs share. */
export type SubgraphScalars = {
  DateTime: { Input: Date; Output: Date | string }
  JSON: { Input: unknown; Output: unknown }
  ID: { Input: string; Output: string }
}

/** What is said of a DateTime that is none. */
export function unrealDate(): GraphQLError {
  return new GraphQLError('A DateTime is a real date and time with its zone, such as 2026-01-31T12:00:00Z.', {
    extensions: { code: 'input.invalid' },
  })
}

function toDate(value: unknown): Date {
  const date = typeof value === 'string' ? parseInstant(value) : undefined
  if (date) return date
  throw unrealDate()
}

/**
 * A Pothos builder with directives (for federation) and the shared scalars. Each root field must say
 * `extensions: { scope: 'prompts:read' }`; `createSubgraph` refuses one without. A field is never null unless it says
 * `nullable: true`.
 */
export function createSubgraphBuilder<Context extends SubgraphContext>() {
  const builder = new SchemaBuilder<{
    Context: Context
    Scalars: SubgraphScalars
    DefaultFieldNullability: false
  }>({
    plugins: [DirectivesPlugin],
    defaultFieldNullability: false,
    directives: { useGraphQLToolsUnorderedDirectives: true },
  })
  builder.scalarType('DateTime', {
    description: 'An instant, RFC 3339 in UTC.',
    serialize: (value) => (value instanceof Date ? value.toISOString() : new Date(value).toISOString()),
    parseValue: toDate,
    parseLiteral: (node: ValueNode) => toDate(node.kind === Kind.STRING ? node.value : undefined),
  })
  builder.scalarType('JSON', {
    description: 'Any JSON value.',
    serialize: (value) => value,
    parseValue: finite,
    parseLiteral: (node: ValueNode, variables) => finite(valueFromASTUntyped(node, variables)),
  })
  return builder
}

/** Refuses numbers too large for JSON, such as 1e999, which would be stored as null. */
function finite(value: unknown): unknown {
  const open = [value]
  while (open.length > 0) {
    const each = open.pop()
    if (typeof each === 'number' && !Number.isFinite(each))
      throw new GraphQLError('A number in this JSON value is too large.', {
        extensions: { code: 'input.invalid' },
      })
    if (typeof each === 'object' && each !== null) for (const inner of Object.values(each)) open.push(inner)
  }
  return value
}

/** Directives of an entity: `directives: entity('id')`. */
export function entity(fields: string, options: { resolvable?: boolean } = {}) {
  return [{ name: 'key', args: { fields, ...(options.resolvable === false ? { resolvable: false } : {}) } }]
}
