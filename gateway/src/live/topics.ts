import type { Logger } from '@quillworks/service-kit/logger'
import { Events, type NatsConnection, type Subscription } from 'nats'

/** A message of a topic, parsed once for all who listen; `bytes` is its size on the wire. */
export interface TopicMessage {
  data: unknown
  bytes: number
}
type Listener = (message: TopicMessage) => void

export interface Topics {
  /** Listens until `stop`; `ready` settles when the server knows of it, so that nothing sent later is missed. */
  listen: (subject: string, listener: Listener) => { ready: Promise<void>; stop: () => void }
  /** Runs `work` whenever messages may have been missed. Gives the way to end that. */
  onReconnect: (work: () => void) => () => void
  /** Asks whoever answers on a subject; undefined where nobody does, in time, and at once without a connection. */
  request: (subject: string, body: unknown, timeoutMs: number) => Promise<unknown>
  /** How many subjects are listened to upstream. */
  size: () => number
}

const readyDeadlineMs = 2_000

/** One subscription upstream per subject, fanned out to all who listen to it here. */
export function createTopics(input: { nats: NatsConnection; logger: Logger }): Topics {
  const { nats, logger } = input
  const topics = new Map<
    string,
    { listeners: Set<Listener>; subscription: Subscription; ready: Promise<void> }
  >()
  const reconnected = new Set<() => void>()
  let isConnected = true

  void (async () => {
    for await (const { type } of nats.status()) {
      if (type === Events.Disconnect) isConnected = false
      if (type !== Events.Reconnect) continue
      isConnected = true
      for (const work of reconnected) work()
    }
  })()

  function untilKnown(): Promise<void> {
    // Without a connection there is nothing to wait for: the reconnect makes everyone compare again.
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, readyDeadlineMs).unref())
    return Promise.race([nats.flush().catch(() => undefined), deadline])
  }

  function open(subject: string) {
    const listeners = new Set<Listener>()
    const subscription = nats.subscribe(subject, {
      callback: (error, message) => {
        if (error) return logger.warn({ err: error, subject }, 'A live subject failed')
        let data: unknown
        try {
          data = message.json()
        } catch {
          return logger.warn({ subject: message.subject }, 'A live message is not JSON')
        }
        for (const listener of listeners) listener({ data, bytes: message.data.length })
      },
    })
    const topic = { listeners, subscription, ready: untilKnown() }
    topics.set(subject, topic)
    return topic
  }

  return {
    listen(subject, listener) {
      const topic = topics.get(subject) ?? open(subject)
      topic.listeners.add(listener)
      const stop = () => {
        topic.listeners.delete(listener)
        if (topic.listeners.size > 0 || topics.get(subject) !== topic) return
        topics.delete(subject)
        topic.subscription.unsubscribe()
      }
      return { ready: topic.ready, stop }
    },
    onReconnect(work) {
      reconnected.add(work)
      return () => reconnected.delete(work)
    },
    async request(subject, body, timeoutMs) {
      if (!isConnected) return undefined
      try {
        const answer = await nats.request(subject, JSON.stringify(body), { timeout: timeoutMs })
        return answer.json<unknown>()
      } catch {
        return undefined
      }
    },
    size: () => topics.size,
  }
}
