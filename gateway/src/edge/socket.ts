import { AppError } from '@quillworks/service-kit/errors'
import type { Logger } from '@quillworks/service-kit/logger'
import { runWithTrace } from '@quillworks/service-kit/trace'
import type { ServerWebSocket, WebSocketHandler } from 'bun'
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  handleProtocols,
  makeServer,
  MessageType,
  stringifyMessage,
} from 'graphql-ws'
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql'
import { z } from 'zod'
import { type Caller, requireIdentity } from '../context.ts'
import { type Credentials, credentialsOf } from '../identity/principal/authenticate.ts'
import { heartbeatMs } from './event-stream.ts'
import { checkParams } from './graphql-guards.ts'
import type { GraphQLHandler } from './graphql-handler.ts'
import { maskError } from './mask-error.ts'
import { isOwnOrigin } from './origin.ts'
import { checkRate, type RateLimiter } from './rate-limit.ts'
import { asksForListening, toldListening } from './told-listening.ts'

/** What a socket knows from its upgrade request. */
export interface SocketData {
  request: Request
  credentials: Credentials
  clientAddress: string
}
type Socket = ServerWebSocket<SocketData>

interface Connection {
  caller?: Caller
  onMessage: (message: string) => Promise<void>
  closed: (code?: number, reason?: string) => Promise<void>
  /** Settles senders that wait until the client has read on. */
  drained: (() => void)[]
  heartbeat: ReturnType<typeof setInterval>
}

const maxBacklogBytes = 1024 * 1024
const serviceRestart = 1012
const tryAgainLater = 1013
const maxReasonBytes = 123

/** What a socket's opening needs, else a coded refusal while it is still plain HTTP. */
export function checkUpgrade(request: Request, publicUrl: string, clientAddress: string): SocketData {
  if (new URL(request.url).pathname !== '/graphql')
    throw new AppError('route.not_found', 'A WebSocket opens at /graphql.')
  if (!handleProtocols(request.headers.get('sec-websocket-protocol') ?? ''))
    throw new AppError('upgrade.invalid', `Use the sub-protocol ${GRAPHQL_TRANSPORT_WS_PROTOCOL}.`)
  if (!isOwnOrigin(request.headers, publicUrl))
    throw new AppError('auth.foreign_origin', 'Pages of other origins cannot do this.')
  return { request, credentials: credentialsOf(request.headers), clientAddress }
}

/** A close reason such as `auth.unauthenticated: Sign in …`, within the bytes that a close frame has. */
function reasonOf(code: string, message: string): string {
  const bytes = new TextEncoder().encode(`${code}: ${message}`).subarray(0, maxReasonBytes)
  return new TextDecoder().decode(bytes).replace(/\uFFFD$/, '')
}

/** An error as a message has it: a socket has no HTTP status. */
function withoutHttp(error: GraphQLError): GraphQLError {
  const { http: _http, ...extensions } = error.extensions
  const { message, nodes, path } = error
  return new GraphQLError(message, {
    ...(nodes ? { nodes } : {}),
    ...(path ? { path } : {}),
    extensions,
  })
}

const paramsSchema = z.object({
  authorization: z.string().optional(),
  organization: z.string().optional(),
  project: z.string().optional(),
})

/** Names as in HTTP: in any case, `X-Organization` for `organization`. */
function withoutCase(params: unknown): Record<string, unknown> {
  const entries = Object.entries(params ?? {})
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase().replace(/^x-/, ''), value]))
}

/** Credentials of the upgrade request, with what `connectionParams` say instead. */
function credentialsWith(credentials: Credentials, params: unknown): Credentials {
  const given = paramsSchema.safeParse(withoutCase(params)).data ?? {}
  return { ...credentials, ...given }
}

/**
 * graphql-ws over Bun's sockets. A send waits while the client does not read, so that the bounded queue of each
 * subscription fills and ends it, and nothing grows without end; a heartbeat goes out every 5 seconds.
 */
export function createSocketHandler(input: {
  graphql: GraphQLHandler
  callerOf: (credentials: Credentials, clientAddress: string) => Promise<Caller>
  limiter: RateLimiter
  logger: Logger
}): { handler: WebSocketHandler<SocketData>; closeAll: () => void } {
  const connections = new Map<Socket, Connection>()

  const shown = (error: unknown) => withoutHttp(maskError(error, input.logger))

  const server = makeServer<Record<string, unknown>, { socket: Socket }>({
    connectionInitWaitTimeout: 10_000,
    async onConnect({ extra: { socket }, connectionParams }) {
      const connection = connections.get(socket)
      if (!connection) return false
      try {
        const { credentials, clientAddress } = socket.data
        const caller = await input.callerOf(credentialsWith(credentials, connectionParams), clientAddress)
        requireIdentity(caller)
        connection.caller = caller
        return true
      } catch (error) {
        const { message, extensions } = maskError(error, input.logger)
        const code = String(extensions['code'])
        // A database that is away for a moment says nothing about rights: the client comes back by itself.
        const isRefusal = error instanceof AppError && !/^(service|database)\./.test(code)
        socket.close(isRefusal ? CloseCode.Forbidden : tryAgainLater, reasonOf(code, message))
        return false
      }
    },
    async onSubscribe({ extra: { socket } }, _id, params) {
      try {
        checkParams({ query: params.query, variables: params.variables })
        const known = connections.get(socket)?.caller
        if (!known) throw new AppError('auth.unauthenticated', 'This connection has not said who it is.')
        // A socket lives long: each operation asks anew who it acts for.
        const caller = { ...known, identity: await known.reauthenticate() }
        checkRate(input.limiter, requireIdentity(caller).principal)
        const { request } = socket.data
        const enveloped = input.graphql.getEnveloped({ ...caller, request, params })
        const { schema, execute, subscribe, contextFactory, parse, validate } = enveloped
        const document = parse(params.query)
        const errors: readonly GraphQLError[] = validate(schema, document)
        if (errors.length > 0) return errors.map(shown)
        const args: ExecutionArgs = {
          schema,
          document,
          operationName: params.operationName ?? null,
          variableValues: params.variables ?? {},
          contextValue: await contextFactory(),
          rootValue: { execute, subscribe },
        }
        return args
      } catch (error) {
        return [shown(error)]
      }
    },
    onOperation(_context, _id, { extensions }, _args, result) {
      const goesOn = Symbol.asyncIterator in result
      return goesOn && asksForListening(extensions)
        ? (toldListening(result as AsyncIterable<ExecutionResult>) as typeof result)
        : undefined
    },
    onError: (_context, _id, _payload, errors) => errors.map((error) => shown(error).toJSON()),
    onNext(_context, _id, _payload, _args, result) {
      if (!result.errors) return undefined
      const errors = result.errors.map((error) => withoutHttp(error).toJSON())
      return { ...result, errors } as never
    },
    execute: (args) => (args.rootValue as Pick<Enveloped, 'execute'>).execute(args),
    subscribe: (args) => (args.rootValue as Pick<Enveloped, 'subscribe'>).subscribe(args),
  })
  type Enveloped = ReturnType<GraphQLHandler['getEnveloped']>

  function send(socket: Socket, message: string): Promise<void> {
    const connection = connections.get(socket)
    if (!connection) return Promise.resolve()
    if (socket.sendText(message) >= 0) return Promise.resolve()
    return new Promise((resolve) => connection.drained.push(resolve))
  }

  function settle(connection: Connection | undefined): void {
    for (const resolve of connection?.drained.splice(0) ?? []) resolve()
  }

  const handler: WebSocketHandler<SocketData> = {
    idleTimeout: 30,
    sendPings: true,
    maxPayloadLength: 1024 * 1024,
    backpressureLimit: 4 * maxBacklogBytes,
    closeOnBackpressureLimit: true,
    open(socket) {
      const ping = stringifyMessage({ type: MessageType.Ping })
      const connection: Connection = {
        onMessage: () => Promise.resolve(),
        closed: () => Promise.resolve(),
        drained: [],
        heartbeat: setInterval(() => {
          if (socket.getBufferedAmount() === 0) socket.sendText(ping)
        }, heartbeatMs),
      }
      connections.set(socket, connection)
      connection.closed = server.opened(
        {
          protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
          send: (message) => send(socket, message),
          close: (code, reason) => socket.close(code, reason),
          onMessage: (handle) => (connection.onMessage = handle),
        },
        { socket },
      )
    },
    async message(socket, message) {
      try {
        await runWithTrace(undefined, () => connections.get(socket)?.onMessage(String(message)))
      } catch (error) {
        input.logger.warn({ err: error }, 'A socket message failed')
        socket.close(CloseCode.InternalServerError, 'Internal server error')
      }
    },
    drain(socket) {
      settle(connections.get(socket))
    },
    close(socket, code, reason) {
      const connection = connections.get(socket)
      connections.delete(socket)
      if (!connection) return
      clearInterval(connection.heartbeat)
      settle(connection)
      void connection.closed(code, reason)
    },
  }
  return {
    handler,
    /** Ends every socket in the way after which clients come back by themselves. */
    closeAll: () =>
      connections.forEach((_connection, socket) => socket.close(serviceRestart, 'Service restart')),
  }
}
