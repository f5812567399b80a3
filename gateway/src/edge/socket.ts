import type { Logger } from '@quillworks/service-kit/logger'
import { runWithTrace } from '@quillworks/service-kit/trace'
import type { ServerWebSocket, WebSocketHandler } from 'bun'
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  makeServer,
  MessageType,
  stringifyMessage,
} from 'graphql-ws'
import type { ExecutionArgs, GraphQLError } from 'graphql'
import { z } from 'zod'
import type { Caller } from '../context.ts'
import type { Credentials } from '../identity/principal/authenticate.ts'
import { heartbeatMs } from './event-stream.ts'
import { checkParams } from './graphql-guards.ts'
import type { GraphQLHandler } from './graphql-handler.ts'
import { maskError } from './mask-error.ts'

/** What a socket knows from its upgrade request. */
export interface SocketData {
  request: Request
  credentials: Credentials
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
  callerOf: (credentials: Credentials) => Promise<Caller>
  logger: Logger
}): { handler: WebSocketHandler<SocketData>; closeAll: () => void } {
  const connections = new Map<Socket, Connection>()

  const server = makeServer<Record<string, unknown>, { socket: Socket }>({
    connectionInitWaitTimeout: 10_000,
    async onConnect({ extra: { socket }, connectionParams }) {
      const connection = connections.get(socket)
      if (!connection) return false
      try {
        connection.caller = await input.callerOf(credentialsWith(socket.data.credentials, connectionParams))
        return connection.caller.identity !== undefined
      } catch {
        return false
      }
    },
    async onSubscribe({ extra: { socket } }, _id, params) {
      try {
        checkParams({ query: params.query, variables: params.variables })
        const caller = connections.get(socket)?.caller
        const { request } = socket.data
        const enveloped = input.graphql.getEnveloped({ ...caller, request, params })
        const { schema, execute, subscribe, contextFactory, parse, validate } = enveloped
        const document = parse(params.query)
        const errors: readonly GraphQLError[] = validate(schema, document)
        if (errors.length > 0) return errors.map((error) => maskError(error, input.logger))
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
        return [maskError(error, input.logger)]
      }
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
