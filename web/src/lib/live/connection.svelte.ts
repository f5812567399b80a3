import { createClient, type Client } from 'graphql-ws'
import { here } from '../frame/here.ts'
import { placeHeaders } from '../place.ts'
import { askStatus } from './ask-status.ts'
import { Poller } from './poller.svelte.ts'
import { session } from './session.svelte.ts'
import { opensUntilPolling, polls, type StatusMode } from './status-mode.ts'
import { tryAgainEvent, type SubscriptionTransport } from './subscribe.ts'

type PushState = 'connecting' | 'live' | 'offline' | 'off'
export type ConnectionState = 'connecting' | 'live' | 'polling' | 'paused' | 'offline'

const pongDeadlineMs = 5_000

/** How the tab hears of what runs: its one socket to `/graphql`, or asking every few seconds while that fails. */
class Connection {
  mode = $state<StatusMode>('auto')
  /** When the state last changed. */
  since = $state(new Date())
  #push = $state<PushState>('connecting')
  #failedOpens = $state(0)
  /** When the server was last heard of by the socket. */
  #toldAt = $state.raw<Date>()
  #client: Client | undefined
  /** Subscriptions that are held back while nothing may be pushed. */
  #held = new Set<() => void>()

  readonly poller = new Poller({
    ask: (asked) => askStatus(asked, here()),
    later: (act, milliseconds) => {
      const timer = setTimeout(act, milliseconds)
      return () => clearTimeout(timer)
    },
    signedIn: async () => {
      if (!(await session.check())) await session.returned()
    },
  })

  /** What a person may know of it. */
  state = $derived.by<ConnectionState>(() => {
    if (this.#push === 'live' || this.#push === 'offline') return this.#push
    if (this.poller.state === 'off') return 'connecting'
    if (this.poller.state === 'paused') return 'paused'
    return this.poller.failure ? 'connecting' : 'polling'
  })
  /** Neither told nor answered for a while: the server is not there. */
  away = $derived.by(
    () =>
      this.#push === 'connecting' &&
      this.#failedOpens >= opensUntilPolling &&
      (this.mode === 'push' || this.poller.state === 'failed'),
  )
  /** When what is shown was last known to be current. */
  heardAt = $derived.by(() => (this.#push === 'live' ? this.#toldAt : this.poller.heardAt))

  /** Takes the reader's way. Browser only, before anything subscribes. */
  prepare(mode: StatusMode): void {
    this.mode = mode
    if (mode === 'poll') this.#push = 'off'
  }

  /** Follows until the returned function is called. Browser only. */
  follow(): () => void {
    const look = () => this.poller.seen(document.visibilityState === 'visible')
    const offline = () => this.#set('offline')
    document.addEventListener('visibilitychange', look)
    addEventListener('offline', offline)
    addEventListener('online', this.#online)
    this.#settle()
    return () => {
      document.removeEventListener('visibilitychange', look)
      removeEventListener('offline', offline)
      removeEventListener('online', this.#online)
      this.poller.switch(false)
    }
  }

  /** Goes another way from now on, in this tab. */
  choose(mode: StatusMode): void {
    this.mode = mode
    this.#failedOpens = 0
    if (mode === 'poll') {
      this.#set('off')
      this.#client?.terminate()
    } else if (this.#push === 'off') {
      this.#set('connecting')
      for (const begin of this.#held) begin()
    }
    this.#settle()
  }

  /** Asks and subscribes again at once, without the pause that failures have brought. */
  tryNow(): void {
    this.poller.now()
    dispatchEvent(new Event(tryAgainEvent))
  }

  /** The way to subscribe, opened by its first subscription. Browser only. */
  get transport(): SubscriptionTransport {
    return {
      subscribe: (payload, sink) => {
        if (this.mode === 'poll') return this.#hold(() => sink.complete())
        const client = (this.#client ??= this.#open())
        return client.subscribe(payload, sink)
      },
      signedIn: async () => {
        if (await session.check()) return
        // The socket still speaks for the session that has ended.
        this.#client?.terminate()
        await session.returned()
      },
    }
  }

  /** In mode `poll` nothing is ever subscribed to; once that is over, `begin` has it asked for again. */
  #hold(begin: () => void): () => void {
    const once = () => {
      this.#held.delete(once)
      begin()
    }
    this.#held.add(once)
    return () => this.#held.delete(once)
  }

  #set(state: PushState): void {
    if (this.#push === state) return
    this.#push = state
    this.since = new Date()
    if (state === 'live') this.#failedOpens = 0
    this.#settle()
  }

  #settle(): void {
    const { mode } = this
    const live = this.#push === 'live'
    this.poller.switch(this.#push !== 'offline' && polls({ mode, live, failedOpens: this.#failedOpens }))
  }

  #alive(): void {
    // Text comes many times a second, and nobody reads the age of it more often than once.
    if (Date.now() - (this.#toldAt?.getTime() ?? 0) > 1_000) this.#toldAt = new Date()
    if (navigator.onLine && this.mode !== 'poll') this.#set('live')
  }

  #socket: WebSocket | undefined
  // A short loss leaves the socket open: whatever it brings then shows that it lives.
  #online = () => {
    if (this.mode === 'poll') this.#set('off')
    else if (this.#socket?.readyState !== WebSocket.OPEN) this.#set('connecting')
    else this.#socket.send(JSON.stringify({ type: 'ping' }))
  }

  #closed(wasConnected: boolean): void {
    if (!wasConnected) this.#failedOpens += 1
    if (this.mode === 'poll') this.#set('off')
    else this.#set(navigator.onLine ? 'connecting' : 'offline')
    this.#settle()
  }

  #open(): Client {
    let connected = false
    let pongTimer: ReturnType<typeof setTimeout> | undefined
    return createClient({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
      connectionParams: () => placeHeaders(here()),
      keepAlive: 10_000,
      lazyCloseTimeout: 3_000,
      // Each subscription asks again by itself, from where its text ends; a silent retry would repeat old variables.
      retryAttempts: 0,
      on: {
        opened: (opened) => {
          if (opened instanceof WebSocket) this.#socket = opened
        },
        connected: () => {
          connected = true
          this.#alive()
        },
        message: () => this.#alive(),
        closed: () => {
          clearTimeout(pongTimer)
          this.#closed(connected)
          connected = false
        },
        ping: (received) => {
          if (!received) pongTimer = setTimeout(() => this.#socket?.close(4408, 'No pong'), pongDeadlineMs)
        },
        pong: (received) => {
          if (received) clearTimeout(pongTimer)
        },
      },
    })
  }
}

export const connection = new Connection()
