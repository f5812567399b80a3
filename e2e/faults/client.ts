import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import type { FaultSystem } from '../support/fault-system.ts'

/** What a caller outside sees of the API: answers, refusals, and how long they took. */
export interface Client {
  /** One request; throws what is refused. */
  ask: <Data>(query: string, variables?: object) => Promise<Data>
  /** The same until it is answered, for two minutes at most. */
  askUntilAnswered: <Data>(query: string, variables?: object) => Promise<Data>
  /** Follows a subscription once, until it ends, breaks or is aborted. */
  subscribe: <Data>(input: {
    query: string
    variables: object
    signal: AbortSignal
    onData: (data: Data) => void
    onHeard?: () => void
  }) => Promise<'complete' | 'cut'>
  answered: () => number
  inFlight: () => number
  longestMs: () => number
}

interface Answer {
  data?: unknown
  errors?: { message: string; extensions?: { code?: string } }[]
}

class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

const passing = ['service.unavailable', 'internal', 'database.timeout', 'rate.limited']

export function createClient(system: Pick<FaultSystem, 'url' | 'secret'>): Client {
  let answered = 0
  let inFlight = 0
  let longestMs = 0
  const post = async (accept: string, body: object, signal: AbortSignal) =>
    fetch(`${system.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept,
        authorization: `Bearer ${await signLocalAdmin({ secret: system.secret })}`,
      },
      body: JSON.stringify(body),
      signal,
      // What is open shall be what is asked for.
      keepalive: false,
    })

  const client: Client = {
    answered: () => answered,
    inFlight: () => inFlight,
    longestMs: () => longestMs,
    ask: async <Data>(query: string, variables: object = {}) => {
      const begun = performance.now()
      inFlight += 1
      try {
        const response = await post('application/json', { query, variables }, AbortSignal.timeout(60_000))
        const { data, errors } = (await response.json()) as Answer
        const [error] = errors ?? []
        if (error) throw new Refused(error.extensions?.code ?? 'unknown', error.message)
        answered += 1
        return data as Data
      } finally {
        inFlight -= 1
        longestMs = Math.max(longestMs, performance.now() - begun)
      }
    },
    askUntilAnswered: async <Data>(query: string, variables: object = {}) => {
      const until = performance.now() + 120_000
      for (;;) {
        try {
          return await client.ask<Data>(query, variables)
        } catch (error) {
          const isFinal = error instanceof Refused && !passing.includes(error.code)
          if (isFinal || performance.now() > until) throw error
          await Bun.sleep(150)
        }
      }
    },
    subscribe: async <Data>(input: {
      query: string
      variables: object
      signal: AbortSignal
      onData: (data: Data) => void
      onHeard?: () => void
    }) => {
      const { query, variables } = input
      try {
        const response = await post('text/event-stream', { query, variables }, input.signal)
        if (!response.headers.get('content-type')?.includes('event-stream') || !response.body) return 'cut'
        const decoder = new TextDecoder()
        let rest = ''
        for await (const bytes of response.body) {
          input.onHeard?.()
          const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
          rest = events.pop() ?? ''
          for (const event of events) {
            if (/^event: ?complete/m.test(event)) return 'complete'
            const data = /^data: ?(.*)$/m.exec(event)?.[1]
            if (!data) continue
            const answer = JSON.parse(data) as Answer
            if (answer.errors?.length) return 'cut'
            if (answer.data) input.onData(answer.data as Data)
          }
        }
        return 'cut'
      } catch {
        return 'cut'
      }
    },
  }
  return client
}
