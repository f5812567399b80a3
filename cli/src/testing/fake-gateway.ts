import { join } from 'node:path'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { verifyLocalAdmin } from '@quillworks/service-kit/local-admin'
import { newId } from '@quillworks/service-kit/ids'
import { GraphQLError } from 'graphql'
import { createPubSub, createYoga } from 'graphql-yoga'
import { executionRow, type FakeExecution } from './fake-execution.ts'

const repository = join(import.meta.dirname, '../../..')
export interface FakePrompt {
  id: string
  title: string
  updatedAt: string
  variables: { name: string; type: string; required: boolean; choices: string[] }[]
}

/**
 * A gateway that speaks the API's real types from memory. A test writes the text of a run piece by piece, and cuts and
 * opens the connections in between.
 */
export async function startFakeGateway(secret = 'the-secret-of-a-fake-gateway-of-tests') {
  const organization = { id: newId(), name: 'Analytical Engines', slug: 'engines' }
  const apiKeys: { id: string; name: string; scopes: string[]; expiresAt?: string }[] = []
  const parts: Record<string, 'ok' | 'failing'> = { prompts: 'ok', executions: 'ok' }
  const prompts: FakePrompt[] = []
  const executions = new Map<string, FakeExecution>()
  const inputs: { promptId: string; values: Record<string, unknown>; idempotencyKey: string }[] = []
  const startedBy = new Map<string, string>()
  const subscriptions: { field: string; arguments: Record<string, unknown> }[] = []
  const changes = createPubSub<{ changed: [id: string, executionId: string] }>()
  let loseNextAnswer = false
  let isMuted = false
  let lastWord = ''

  const changed = (execution: FakeExecution) => {
    execution.revision += 1
    changes.publish('changed', execution.id, execution.id)
  }
  const get = (id: string) => {
    const execution = executions.get(id)
    if (!execution)
      throw new GraphQLError('There is no such execution.', { extensions: { code: 'execution.not_found' } })
    return execution
  }

  const sayLastWord = () => {
    if (lastWord !== '') throw new GraphQLError('Come again.', { extensions: { code: lastWord } })
  }

  async function* frames(given: { id: string; stepKey: string; fromAttempt?: number; fromOffset?: number }) {
    const execution = get(given.id)
    let attempt = given.fromAttempt ?? 0
    let offset = given.fromOffset ?? 0
    const updates = changes.subscribe('changed', given.id)
    for (;;) {
      sayLastWord()
      if (execution.attempt !== attempt) [attempt, offset] = [execution.attempt, 0]
      const text = execution.text.slice(offset)
      const done = execution.status !== 'running'
      if (text !== '' || done)
        yield { executionStream: { stepKey: given.stepKey, attempt, offset, text, done } }
      offset += text.length
      if (done || (await updates.next()).done) return
    }
  }

  async function* states(id: string) {
    const execution = get(id)
    const updates = changes.subscribe('changed', id)
    yield { executionUpdated: executionRow(execution) }
    for await (const _ of updates) {
      sayLastWord()
      yield { executionUpdated: executionRow(execution) }
    }
  }

  const subscribed = (field: string, given: Record<string, unknown>) => {
    subscriptions.push({ field, arguments: given })
  }

  const schema = makeExecutableSchema({
    typeDefs: await Bun.file(join(repository, 'gateway/supergraph.graphql')).text(),
    assumeValid: true,
    resolvers: {
      Query: {
        organization: () => organization,
        viewer: () => ({ user: { id: newId(), name: 'Ada' }, organization }),
        apiKeys: () => ({
          edges: apiKeys.map((node) => ({ cursor: node.id, node })),
          pageInfo: { hasNextPage: false, hasPreviousPage: false },
        }),
        prompt: (_: unknown, { id }: { id: string }) => prompts.find((prompt) => prompt.id === id) ?? null,
        prompts: (_: unknown, { search }: { search: string }) => ({
          edges: prompts
            .filter((prompt) => prompt.title.toLowerCase().includes(search.toLowerCase()))
            .map((node) => ({ cursor: node.id, node })),
        }),
        execution: (_: unknown, { id }: { id: string }) =>
          executions.has(id) ? executionRow(get(id)) : null,
      },
      Mutation: {
        createApiKey(
          _: unknown,
          { input }: { input: { name: string; scopes: string[]; expiresAt?: string } },
        ) {
          const apiKey = { id: newId(), start: 'qwk_abc', createdAt: '2026-01-31T12:00:00Z', ...input }
          apiKeys.push(apiKey)
          return { key: 'qwk_abcdef', apiKey }
        },
        revokeApiKey(_: unknown, { id }: { id: string }) {
          const apiKey = apiKeys.find((each) => each.id === id)
          if (!apiKey)
            throw new GraphQLError('There is no such key.', { extensions: { code: 'api_key.not_found' } })
          apiKeys.splice(apiKeys.indexOf(apiKey), 1)
          return apiKey
        },
        runPrompt(_: unknown, { input }: { input: (typeof inputs)[number] }) {
          inputs.push(input)
          const prompt = prompts.find(({ id }) => id === input.promptId)
          const missing = prompt?.variables.filter(
            ({ name, required }) => required && !(name in (input.values ?? {})),
          )
          if (!prompt || (missing && missing.length > 0)) {
            const issues =
              missing?.map(({ name }) => ({ path: ['values', name], message: 'needs a value' })) ?? []
            throw new GraphQLError('Some variables have no value.', {
              extensions: { code: 'prompt.missing_variables', issues },
            })
          }
          const id = startedBy.get(input.idempotencyKey) ?? newId()
          startedBy.set(input.idempotencyKey, id)
          if (!executions.has(id)) {
            executions.set(id, {
              id,
              name: prompt.title,
              status: 'running',
              revision: 1,
              attempt: 1,
              text: '',
              error: null,
            })
          }
          return { id }
        },
      },
      Subscription: {
        executionUpdated: {
          subscribe: (_: unknown, given: { id: string }) => {
            subscribed('executionUpdated', given)
            return states(given.id)
          },
        },
        executionStream: {
          subscribe: (_: unknown, given: Parameters<typeof frames>[0]) => {
            subscribed('executionStream', given)
            return frames(given)
          },
        },
      },
    },
  })
  const yoga = createYoga({ schema, logging: false, maskedErrors: false })

  /** As the production profile does: the secret opens a session, and requests need a session or a key. */
  const guard = async (request: Request): Promise<Response | undefined> => {
    const { pathname } = new URL(request.url)
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
    if (pathname === '/internal/local-owner-link') {
      await verifyLocalAdmin({ secret, token })
      return Response.json({ url: 'https://quillworks.example/api/auth/local-link?token=once' })
    }
    if (pathname === '/api/auth/local-link') {
      const headers = { location: '/', 'set-cookie': 'session=open; Path=/; HttpOnly' }
      return new Response(null, { status: 302, headers })
    }
    if (pathname !== '/graphql' || token.startsWith('qwk_')) return undefined
    if (request.headers.get('cookie') === 'session=open') return undefined
    const extensions = { code: 'auth.unauthenticated' }
    return Response.json({ errors: [{ message: 'Keys and sessions only.', extensions }] }, { status: 401 })
  }

  const listen = (port: number) =>
    Bun.serve({
      port,
      hostname: '127.0.0.1',
      idleTimeout: 0,
      async fetch(request) {
        const refused = await guard(request)
        if (refused) return refused
        if (new URL(request.url).pathname === '/readyz')
          return Response.json({ status: 'ready', checks: parts })
        const losesAnswer = loseNextAnswer && (await request.clone().text()).includes('runPrompt')
        const response = await yoga.fetch(request)
        if (!losesAnswer) {
          const isStream = response.headers.get('content-type')?.includes('text/event-stream')
          if (!isStream || !response.body) return response
          const body = response.body.pipeThrough(
            new TransformStream<Uint8Array, Uint8Array>({
              transform: (chunk, controller) => (isMuted ? undefined : controller.enqueue(chunk)),
            }),
          )
          return new Response(body, response)
        }
        loseNextAnswer = false
        // Half an answer: the client cannot know whether the run was started.
        return new Response('{"data":', { headers: { 'content-type': 'application/json' } })
      },
    })
  let server = listen(0)
  const port = server.port ?? 0

  return {
    url: `http://127.0.0.1:${port}`,
    organization,
    apiKeys,
    /** What /readyz says. */
    parts,
    executions,
    /** Inputs of runPrompt, one for each time it was asked. */
    inputs,
    /** Every subscription that was opened, with its arguments. */
    subscriptions,
    /** Leaves connections open and says nothing on them, heartbeats neither. */
    mute(muted: boolean) {
      isMuted = muted
    },
    /** Ends the subscriptions of an execution, and those that begin until `lift` is called, with an error of this code. */
    refuse(execution: FakeExecution, code: string): { lift: () => void } {
      lastWord = code
      changed(execution)
      return { lift: () => (lastWord = '') }
    },
    loseNextAnswer() {
      loseNextAnswer = true
    },
    addPrompt(title: string, variables: Partial<FakePrompt['variables'][number]>[] = []): FakePrompt {
      const prompt = {
        id: newId(),
        title,
        updatedAt: '2026-01-31T12:00:00Z',
        variables: variables.map((each) => ({
          name: 'x',
          type: 'text',
          required: false,
          choices: [],
          ...each,
        })),
      }
      prompts.push(prompt)
      return prompt
    },
    write(execution: FakeExecution, text: string) {
      execution.text += text
      changed(execution)
    },
    beginAgain(execution: FakeExecution, text: string) {
      execution.attempt += 1
      execution.text = text
      changed(execution)
    },
    end(execution: FakeExecution, status: string, error: FakeExecution['error'] = null) {
      execution.status = status
      execution.error = error
      changed(execution)
    },
    /** Cuts every connection and listens no more, as a kill would. */
    async cut() {
      await server.stop(true)
    },
    open() {
      server = listen(port)
    },
    stop: () => server.stop(true),
  }
}

export type FakeGateway = Awaited<ReturnType<typeof startFakeGateway>>
