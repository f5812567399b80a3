import type { Executor } from '@graphql-tools/utils'
import {
  buildASTSchema,
  execute,
  extendSchema,
  type GraphQLFieldResolver,
  getNamedType,
  getNullableType,
  GraphQLError,
  isEnumType,
  isLeafType,
  isListType,
  isUnionType,
  parse,
  print,
  validate,
} from 'graphql'
import type { GatewayContext } from '../context.ts'
import type { Subgraph } from '../compose.ts'

type Row = Record<string, unknown>

const idOf = ({ id }: Row) => (typeof id === 'string' ? id : 'root')

const refusal = (message: string, code: string) => new GraphQLError(message, { extensions: { code } })

/** Values made of names alone. Ids say what goes wrong: `none` is no row, `broken` fails, `half` fails in one field. */
const resolve: GraphQLFieldResolver<unknown, unknown, Row> = (source, args, _context, info) => {
  const name = info.fieldName
  const row = (typeof source === 'object' && source !== null ? source : {}) as Row
  if (name === '_entities') {
    return (args['representations'] as { __typename: string; id: string }[]).map(({ __typename, id }) => {
      if (id.startsWith('broken')) throw refusal('There is no such thing.', 'entity.not_found')
      return id.startsWith('none') ? null : { __typename, id }
    })
  }
  const type = getNullableType(info.returnType)
  const id = typeof args['id'] === 'string' ? args['id'] : `${idOf(row)}.${name}`
  if (id === 'broken') throw refusal('There is no such thing.', 'thing.not_found')
  if (id === 'none') return null
  if (name === 'id') return row['id']
  if (idOf(row).startsWith('half') && name === 'name') throw refusal('No name today.', 'name.none')
  const named = getNamedType(type)
  if (!isLeafType(named)) {
    // The people of some rows are special themselves.
    const own = /^(nobody|nameless)/.exec(idOf(row))?.[1]
    const special = own === 'nobody' ? 'none' : 'half'
    const inner = own && named.name === 'User' ? `${special}-${name}` : id
    return isListType(type) ? [{ id: `${inner}1` }, { id: `${inner}2` }] : { id: inner }
  }
  if (isListType(type)) return []
  if (isEnumType(named)) return named.getValues()[0]?.value
  if (named.name === 'Int' || named.name === 'Float') return name.length
  if (named.name === 'Boolean') return name.length % 2 === 0
  if (named.name === 'JSON') return { args, of: [name, null, { deep: true }] }
  if (named.name === 'DateTime') return '2026-01-31T12:00:00.000Z'
  return `${name} of ${idOf(row)} ${JSON.stringify(args)}`
}

/** One subgraph carried out on made-up values, and what it was asked. Like a service it validates what it gets. */
export function mockService(subgraph: Subgraph, asked: string[] = []): Executor<GatewayContext> {
  const sdl = subgraph.sdl.replace(/extend schema\s*@link\([\s\S]*?\]\s*\)/, '')
  const plain = buildASTSchema(parse(sdl), { assumeValidSDL: true })
  const entities = [...sdl.matchAll(/^type (\w+) @key\(fields: "id"\)/gm)].map((match) => match[1])
  const union = `union _Entity = ${entities.join(' | ')}
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`
  const schema =
    entities.length > 0 ? extendSchema(plain, parse(`scalar _Any ${union}`), { assumeValidSDL: true }) : plain
  for (const type of Object.values(schema.getTypeMap()))
    if (isUnionType(type)) type.resolveType = (value: Row) => String(value['__typename'])
  return (({ document, variables }) => {
    asked.push(`${subgraph.name}: ${print(document)}`)
    const errors = validate(schema, document)
    if (errors.length > 0) return { errors: errors.map(({ message }) => new GraphQLError(message)) }
    const answer = execute({ schema, document, variableValues: variables ?? {}, fieldResolver: resolve })
    // As over HTTP: nothing is left of an error but these.
    const { data, errors: found } = JSON.parse(JSON.stringify(answer)) as {
      data?: Row
      errors?: { message: string; path: string[]; extensions: Row }[]
    }
    const shown = found?.map(
      ({ message, path, extensions }) => new GraphQLError(message, { path, extensions }),
    )
    return { data, ...(shown ? { errors: shown } : {}) }
  }) as Executor<GatewayContext>
}

/** A service that is down. */
export const downService = (() => ({
  errors: [refusal('It does not answer now.', 'service.unavailable')],
})) as unknown as Executor<GatewayContext>
