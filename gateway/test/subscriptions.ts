import { createClient, type Sink } from 'graphql-ws'
import type { Answer, TestGateway } from './gateway.ts'

/** Results of a subscription as they arrive: `next()` waits for one, `ended` settles with the last word. */
export interface Follower {
  next: () => Promise<Answer>
  received: Answer[]
  ended: Promise<unknown>
  stop: () => void
}

function collector() {
  const received: Answer[] = []
  const waiting: ((answer: Answer) => void)[] = []
  let read = 0
  return {
    received,
    put: (answer: Answer): void => {
      received.push(answer)
      const resolve = waiting.shift()
      if (resolve) {
        read += 1
        resolve(answer)
      }
    },
    next: (): Promise<Answer> => {
      const answer = received[read]
      if (answer) {
        read += 1
        return Promise.resolve(answer)
      }
      return new Promise((resolve) => waiting.push(resolve))
    },
  }
}

/** One socket of a browser tab. */
export function openSocket(
  gateway: Pick<TestGateway, 'url' | 'cookie'>,
  options: {
    origin?: string
    cookie?: string
    params?: Record<string, unknown>
    retryAttempts?: number
    /** Keeps the socket for a while when nothing is followed on it. */
    keepOpen?: boolean
  } = {},
) {
  const headers: Record<string, string> = {
    cookie: options.cookie ?? gateway.cookie,
    ...(options.origin ? { origin: options.origin } : {}),
  }
  class Socket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, { protocols, headers } as never)
    }
  }
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: Socket,
    retryAttempts: options.retryAttempts ?? 0,
    lazyCloseTimeout: options.keepOpen ? 60_000 : 0,
    ...(options.params ? { connectionParams: options.params } : {}),
  })
  return {
    follow(
      query: string,
      variables: Record<string, unknown> = {},
      extensions?: Record<string, unknown>,
    ): Follower {
      const { received, put, next } = collector()
      let stop = () => {}
      const ended = new Promise<unknown>((resolve) => {
        const sink: Sink<Answer> = {
          next: put,
          error: resolve,
          complete: () => resolve('complete'),
        }
        stop = client.subscribe<Record<string, unknown>>({ query, variables, extensions }, sink as never)
      })
      return { next, received, ended, stop: () => stop() }
    },
    close: () => client.dispose(),
  }
}

/** A program's subscription: server-sent events, one connection for it alone. */
export async function followEvents(
  gateway: Pick<TestGateway, 'url'>,
  input: { query: string; variables?: Record<string, unknown>; headers: Record<string, string> },
): Promise<Follower & { response: Response; text: () => string }> {
  const abort = new AbortController()
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...input.headers },
    body: JSON.stringify({ query: input.query, variables: input.variables ?? {} }),
    signal: abort.signal,
  })
  const { received, put, next } = collector()
  let all = ''
  const ended = (async () => {
    const decoder = new TextDecoder()
    let rest = ''
    try {
      for await (const chunk of response.body ?? []) {
        const text = decoder.decode(chunk, { stream: true })
        all += text
        const blocks = (rest + text).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const data = block.split('\n').find((line) => line.startsWith('data:'))
          const body = data?.slice(5).trim()
          if (body) put(JSON.parse(body) as Answer)
        }
      }
      return 'complete'
    } catch (error) {
      return error
    }
  })()
  return { next, received, ended, response, text: () => all, stop: () => abort.abort() }
}
