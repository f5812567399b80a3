import { printSchemaWithDirectives } from '@graphql-tools/utils'
import {
  extendSchema,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  lexicographicSortSchema,
  parse,
} from 'graphql'
import { requireScope } from './identity.ts'
import type { SubgraphContext } from './subgraph-builder.ts'

const federationLink =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@shareable", "@external", "@provides", "@requires", "@inaccessible"])'

/** Loads many entities of one type at once; the answer stands in the order of the references, null for none. */
export type ReferenceLoader<Context> = (
  references: Record<string, unknown>[],
  context: Context,
) => Promise<(object | null)[]>

/** The entities of a subgraph by type name, each with the scope that reading it needs. */
export type References<Context> = Record<string, { scope: string; load: ReferenceLoader<Context> }>

/** The subgraph's SDL as composition wants it: sorted, so that a drift test compares text. */
export function printSubgraph(schema: GraphQLSchema): string {
  return `${federationLink}\n\n${printSchemaWithDirectives(lexicographicSortSchema(schema))}\n`
}

function guardRootFields(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  for (const type of roots.filter((root): root is GraphQLObjectType => root != null)) {
    for (const field of Object.values(type.getFields())) {
      const scope = field.extensions['scope']
      if (typeof scope !== 'string') {
        throw new Error(
          `${type.name}.${field.name} has no authorisation rule: add extensions: { scope: '…' }.`,
        )
      }
      const guarded = field.resolve
      if (!guarded || scope === 'public') continue
      field.resolve = (source, args, context: SubgraphContext, info) => {
        requireScope(context.identity, scope)
        return guarded(source, args, context, info)
      }
    }
  }
}

/** Adds `_service` and `_entities` to a Pothos schema and guards each root field by its scope; `public` needs none. */
export function createSubgraph<Context extends SubgraphContext>(input: {
  schema: GraphQLSchema
  references?: References<Context>
}): GraphQLSchema {
  guardRootFields(input.schema)
  const sdl = printSubgraph(input.schema)
  const references = input.references ?? {}
  const names = Object.keys(references)
  const entities = names.length
    ? `union _Entity = ${names.join(' | ')}\n extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`
    : ''
  const schema = extendSchema(
    input.schema,
    parse(`scalar _Any type _Service { sdl: String! } extend type Query { _service: _Service! } ${entities}`),
  )
  const query = schema.getQueryType()?.getFields()
  if (query?.['_service']) query['_service'].resolve = () => ({ sdl })
  if (query?.['_entities']) {
    query['_entities'].resolve = (
      _root,
      args: { representations: Record<string, unknown>[] },
      context: Context,
    ) => resolveEntities(references, args.representations, context)
  }
  return schema
}

async function resolveEntities<Context extends SubgraphContext>(
  references: References<Context>,
  representations: Record<string, unknown>[],
  context: Context,
): Promise<(object | null)[]> {
  const found: (object | null)[] = representations.map(() => null)
  const byType = new Map<string, number[]>()
  representations.forEach((representation, index) => {
    const name = String(representation['__typename'])
    byType.set(name, [...(byType.get(name) ?? []), index])
  })
  await Promise.all(
    [...byType].map(async ([name, indexes]) => {
      const reference = Object.hasOwn(references, name) ? references[name] : undefined
      if (!reference)
        throw new GraphQLError(`There is no entity ${name}.`, { extensions: { code: 'input.invalid' } })
      requireScope(context.identity, reference.scope)
      const loaded = await reference.load(
        indexes.map((index) => representations[index] ?? {}),
        context,
      )
      indexes.forEach((index, position) => {
        const row = loaded[position]
        found[index] = row
          ? Object.assign(Object.create(Object.getPrototypeOf(row)), row, { __typename: name })
          : null
      })
    }),
  )
  return found
}
