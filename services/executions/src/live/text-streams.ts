import type { NatsConnection, Subscription } from 'nats'
import { snapshotSubject, textSubject, type TextFrame } from '../contract/live.ts'

interface Topic {
  subject: string
  subscription: Subscription
  streams: Set<OpenStream>
}

interface OpenStream extends TextStream {
  snapshot: () => TextFrame
}

/** One attempt's text on its way out. */
export interface TextStream {
  readonly text: string
  push: (text: string) => void
  /** Sends what is left and, with `done`, that no more comes for this step. */
  end: (outcome: { done: boolean }) => void
}

/** Waits between frames: short, and longer the more streams there are. */
function pauseMs(streams: number): number {
  if (streams > 400) return 100
  return streams > 100 ? 40 : 16
}

/**
 * The text that this replica streams: frames on core NATS, and a snapshot for whoever joins late. Nothing here is
 * stored; a frame that is lost is asked for again.
 */
export class TextStreams {
  readonly #nats: NatsConnection
  readonly #topics = new Map<string, Topic>()
  #count = 0

  constructor(nats: NatsConnection) {
    this.#nats = nats
  }

  open(at: { organizationId: string; executionId: string; stepKey: string; attempt: number }): TextStream {
    const { stepKey, attempt } = at
    const topic = this.#join(at)
    const parts: string[] = []
    let sent = 0
    let pending = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = false
    this.#count += 1
    const send = (done: boolean) => {
      clearTimeout(timer)
      timer = undefined
      if (pending === '' && !done) return
      const frame: TextFrame = { stepKey, attempt, offset: sent, text: pending, done }
      sent += pending.length
      pending = ''
      if (!this.#nats.isClosed()) this.#nats.publish(topic.subject, JSON.stringify(frame))
    }
    const stream: OpenStream = {
      get text() {
        return parts.join('')
      },
      push: (text) => {
        if (ended || text === '') return
        parts.push(text)
        pending += text
        timer ??= setTimeout(() => send(false), pauseMs(this.#count))
      },
      end: ({ done }) => {
        if (ended) return
        ended = true
        send(done)
        this.#count -= 1
        topic.streams.delete(stream)
        if (topic.streams.size === 0) this.#leave(topic)
      },
      snapshot: () => ({ stepKey, attempt, offset: 0, text: parts.join(''), done: false }),
    }
    topic.streams.add(stream)
    return stream
  }

  #join({ organizationId, executionId }: { organizationId: string; executionId: string }): Topic {
    const subject = textSubject(organizationId, executionId)
    const existing = this.#topics.get(subject)
    if (existing) return existing
    const streams = new Set<OpenStream>()
    const subscription = this.#nats.subscribe(snapshotSubject(organizationId, executionId), {
      callback: (error, message) => {
        if (error) return
        message.respond(JSON.stringify([...streams].map((stream) => stream.snapshot())))
      },
    })
    const topic = { subject, subscription, streams }
    this.#topics.set(subject, topic)
    return topic
  }

  #leave(topic: Topic): void {
    this.#topics.delete(topic.subject)
    topic.subscription.unsubscribe()
  }
}
