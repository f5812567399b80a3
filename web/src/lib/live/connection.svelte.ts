import { createClient, type Client } from 'graphql-ws'
import { here } from '../frame/here.ts'
import { placeHeaders } from '../place.ts'
import { session } from './session.svelte.ts'
import type { SubscriptionTransport } from './subscribe.ts'

export type ConnectionState = 'connecting' | 'live' | 'offline'

const pongDeadlineMs = 5_000

/** The tab's one socket to `/graphql`, and what a person may know of it. */
class Connection {
  state = $state<ConnectionState>('connecting')
  /** When the state last changed. */
  since = $state(new Date())
  #client: Client | undefined

  /** The way to subscribe, opened by its first subscription. Browser only. */
  get transport(): SubscriptionTransport {
    const client = (this.#client ??= this.#open())
    return {
      subscribe: (payload, sink) => client.subscribe(payload, sink),
      signedIn: async () => {
        if (await session.check()) return
        // The socket still speaks for the session that has ended.
        client.terminate()
        await session.returned()
      },
    }
  }

  #set(state: ConnectionState): void {
    if (this.state === state) return
    this.state = state
    this.since = new Date()
  }

  #alive(): void {
    if (navigator.onLine) this.#set('live')
  }

  #open(): Client {
    let socket: WebSocket | undefined
    let pongTimer: ReturnType<typeof setTimeout> | undefined
    addEventListener('offline', () => this.#set('offline'))
    // A short loss leaves the socket open: whatever it brings then shows that it lives.
    addEventListener('online', () => {
      if (socket?.readyState !== WebSocket.OPEN) this.#set('connecting')
      else socket.send(JSON.stringify({ type: 'ping' }))
    })
    return createClient({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
      connectionParams: () => placeHeaders(here()),
      keepAlive: 10_000,
      lazyCloseTimeout: 3_000,
      // Each subscription asks again by itself, from where its text ends; a silent retry would repeat old variables.
      retryAttempts: 0,
      on: {
        opened: (opened) => {
          if (opened instanceof WebSocket) socket = opened
        },
        connected: () => this.#set('live'),
        message: () => this.#alive(),
        closed: () => {
          clearTimeout(pongTimer)
          this.#set(navigator.onLine ? 'connecting' : 'offline')
        },
        ping: (received) => {
          if (!received) pongTimer = setTimeout(() => socket?.close(4408, 'No pong'), pongDeadlineMs)
        },
        pong: (received) => {
          if (received) clearTimeout(pongTimer)
        },
      },
    })
  }
}

export const connection = new Connection()
