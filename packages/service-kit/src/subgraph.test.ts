import { describe, expect, test } from 'bun:test'
import { AppError } from './errors.ts'
import { type Identity, identityHeader, signIdentity } from './identity.ts'
import { newId } from './ids.ts'
import { createLogger } from './logger.ts'
import { createSubgraphBuilder, entity, type SubgraphContext } from './subgraph-builder.ts'
import { createSubgraphHandler } from './subgraph-server.ts'
import { createSubgraph, printSubgraph } from './subgraph.ts'

const secret = 's'.repeat(32)
const identity: Identity = {
  userId: newId(),
  organizationId: newId(),
  projectId: newId(),
  role: 'member',
  scopes: ['notes:read'],
  principal: 'user:1',
}

interface Note {
  id: string
  text: string
}

function noteSchema() {
  const builder = createSubgraphBuilder<SubgraphContext>()
  const note = builder.objectRef<Note>('Note').implement({
    directives: entity('id'),
    fields: (t) => ({ id: t.exposeID('id'), text: t.exposeString('text') }),
  })
  builder.queryType({
    fields: (t) => ({
      note: t.field({
        type: note,
        nullable: true,
        args: { id: t.arg.id({ required: true }) },
        extensions: { scope: 'notes:read' },
        resolve: (_root, { id }) => {
          if (id === 'secret') throw new Error('password=hunter2 at /etc/notes')
          if (id === 'missing') throw new AppError('note.not_found', 'There is no such note.')
          return { id, text: `Text of ${id}` }
        },
      }),
      forbidden: t.field({
        type: 'String',
        nullable: true,
        extensions: { scope: 'other:read' },
        resolve: () => 'seen',
      }),
    }),
  })
  return builder.toSchema()
}

async function ask(query: string, options: { token?: string } = {}) {
  const schema = createSubgraph({
    schema: noteSchema(),
    references: {
      Note: {
        scope: 'notes:read',
        load: async (references) =>
          references.map(({ id }) => (id === 'gone' ? null : { id: String(id), text: `Loaded ${id}` })),
      },
    },
  })
  const handler = createSubgraphHandler({
    schema,
    audience: 'notes',
    secret,
    logger: createLogger('notes', { level: 'silent' }),
    context: () => ({}),
  })
  const response = await handler(
    new Request('http://notes/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [identityHeader]: options.token ?? (await signIdentity({ secret, audience: 'notes', identity })),
      },
      body: JSON.stringify({ query }),
    }),
  )
  return { status: response.status, body: await response.json() }
}

describe('a subgraph', () => {
  test('answers whom the gateway signed for', async () => {
    expect(await ask('{ note(id: "a") { text } }')).toEqual({
      status: 200,
      body: { data: { note: { text: 'Text of a' } } },
    })
  })

  test('refuses whoever comes without a signed identity', async () => {
    const { status, body } = await ask('{ note(id: "a") { text } }', { token: 'forged' })
    expect(status).toBe(401)
    expect(body.errors[0].extensions.code).toBe('auth.unauthenticated')
  })

  test('refuses a field whose scope is missing', async () => {
    const { body } = await ask('{ forbidden }')
    expect(body.errors[0].extensions.code).toBe('auth.forbidden')
    expect(body.data).toEqual({ forbidden: null })
  })

  test('shows coded errors and hides all others', async () => {
    const coded = await ask('{ note(id: "missing") { text } }')
    expect(coded.body.errors[0]).toMatchObject({
      message: 'There is no such note.',
      extensions: { code: 'note.not_found' },
    })
    const hidden = await ask('{ note(id: "secret") { text } }')
    expect(hidden.body.errors[0].extensions.code).toBe('internal')
    expect(JSON.stringify(hidden.body)).not.toMatch(/hunter2|etc|stack/)
  })

  test('resolves references in the order asked, null for those that are gone', async () => {
    const { body } = await ask(`{ _entities(representations: [
      { __typename: "Note", id: "b" }, { __typename: "Note", id: "gone" }, { __typename: "Note", id: "c" }
    ]) { ... on Note { text } } }`)
    expect(body.data._entities).toEqual([{ text: 'Loaded b' }, null, { text: 'Loaded c' }])
  })

  test('prints its keys and hides federation fields from its own SDL', () => {
    const sdl = printSubgraph(noteSchema())
    expect(sdl).toContain('type Note @key(fields: "id")')
    expect(sdl).not.toContain('_entities')
  })

  test('with a root field that has no scope is refused when it is built', () => {
    const builder = createSubgraphBuilder<SubgraphContext>()
    builder.queryType({ fields: (t) => ({ open: t.string({ resolve: () => 'x' }) }) })
    expect(() => createSubgraph({ schema: builder.toSchema() })).toThrow(
      /Query.open has no authorisation rule/,
    )
  })
})
