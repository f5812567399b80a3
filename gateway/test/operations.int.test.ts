import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import {
  buildASTSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  getNamedType,
  parse,
} from 'graphql'
import { z } from 'zod'
import { identitySubgraph } from '../src/identity/graphql/schema.ts'
import { supergraphFile } from '../src/supergraph/supergraph-file.ts'
import { type Answer, startTestGateway, type TestGateway } from './gateway.ts'
import { openSocket } from './subscriptions.ts'

// A failure here means that an operation can be reached by nobody, by a key without its scope, or by a viewer.

const schema = buildASTSchema(transformSupergraphToPublicSchema(parse(readFileSync(supergraphFile, 'utf8'))))
const open = new Set(['acceptInvitation', 'invitation', 'signInMethods'])

let gateway: TestGateway
let narrow: string
beforeAll(async () => {
  gateway = await startTestGateway({ rateLimit: { burst: 10_000, perSecond: 1_000 } })
  const answer = await gateway.ask(
    'mutation { createApiKey(input: { name: "narrow", scopes: ["workflows:read"] }) { key } }',
  )
  const { createApiKey } = z.object({ createApiKey: z.object({ key: z.string() }) }).parse(answer.data)
  narrow = `Bearer ${createApiKey.key}`
})
afterAll(() => gateway.close())

/** A value that passes for a type, written into the document. */
function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType)
  if (isListType(type)) return `[${literal(type.ofType)}]`
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null'
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
    return `{ ${fields.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`
  }
  if (type.name === 'ID') return `"${newId()}"`
  if (type.name === 'Int' || type.name === 'Float') return '1'
  if (type.name === 'Boolean') return 'true'
  if (type.name === 'DateTime') return '"2027-01-31T12:00:00Z"'
  return '"x"'
}

function document(operation: string, field: GraphQLField<unknown, unknown>): string {
  const given = field.args.filter((argument) => isNonNullType(argument.type))
  const values = given.map((argument) => `${argument.name}: ${literal(argument.type)}`)
  const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }'
  return `${operation} { ${field.name}${values.length > 0 ? `(${values.join(', ')})` : ''} ${selection} }`
}

const fieldsOf = (type: GraphQLObjectType | null | undefined) => Object.values(type?.getFields() ?? {})
/** Of one's own account, which viewers have too. */
const ofOneself = new Set([
  'renameAccount',
  'changePassword',
  'setStatusMode',
  'endSession',
  'endOtherSessions',
])
/** Mutations of this gateway; those of services are closed to viewers by the services, which are not here. */
const ownMutations = new Set(fieldsOf(identitySubgraph.getMutationType()).map((field) => field.name))
const operations = [
  ...fieldsOf(schema.getQueryType()).map((field) => ['query', field.name, document('query', field)] as const),
  ...fieldsOf(schema.getMutationType()).map(
    (field) => ['mutation', field.name, document('mutation', field)] as const,
  ),
]
const subscriptions = fieldsOf(schema.getSubscriptionType()).map(
  (field) => [field.name, document('subscription', field)] as const,
)
const code = (answer: Answer) => answer.errors?.[0]?.extensions['code']

test('the walk has something to walk', () => {
  expect(operations.length).toBeGreaterThan(20)
  expect(subscriptions.length).toBe(4)
})

describe('every query and mutation', () => {
  test.each(operations)(
    '%s %s is closed to nobody and to a key without its scope',
    async (_kind, name, query) => {
      const nobody = await gateway.post(query, {}, { cookie: '' })
      if (open.has(name)) return expect(nobody.status).toBe(200)
      expect([nobody.status, code((await nobody.json()) as Answer)]).toEqual([401, 'auth.unauthenticated'])
      expect(code(await gateway.ask(query, {}, { cookie: '', authorization: narrow }))).toBe('auth.forbidden')
    },
  )

  const closedToViewers = operations.filter(
    ([, name]) => ownMutations.has(name) && !open.has(name) && !ofOneself.has(name),
  )
  test.each(closedToViewers)('%s %s is closed to a viewer', async (_kind, _name, query) => {
    const { sql } = gateway.identity.database
    await sql`update identity.members set role = 'viewer'`
    const answer = await gateway.ask(query)
    await sql`update identity.members set role = 'owner'`
    expect(code(answer)).toBe('auth.forbidden')
  })
})

describe('every subscription', () => {
  test.each(subscriptions)('%s is closed to nobody and to a key without its scope', async (_name, query) => {
    const nobody = await gateway.post(query, {}, { cookie: '', accept: 'text/event-stream' })
    expect(await nobody.text()).toContain('auth.unauthenticated')
    const socket = openSocket(gateway, { cookie: '', params: { Authorization: narrow } })
    expect(code(await socket.follow(query).next())).toBe('auth.forbidden')
    await socket.close()
  })
})
