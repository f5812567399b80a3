import type { NatsConnection, Subscription } from 'nats'
import { textPart, textSubject, type TextFrame } from '../contract/live.ts'
import { snapshotSubject, type SnapshotPart } from '../contract/snapshot.ts'
import { type Clock, DueTimes, systemClock } from './due-times.ts'
import { answerSnapshot, type LiveOwner, type ReadableText } from './snapshots.ts'
import { TextLoad } from './text-window.ts'

type Nats = Pick<NatsConnection, 'isClosed' | 'publish' | 'subscribe'>

interface Topic {
  subject: string
  subscription: Subscription
  streams: Set<OpenStream>
}

type OpenStream = TextStream & ReadableText

/** One attempt's text on its way out. */
export interface TextStream {
  readonly text: string
  push: (text: string) => void
  /** Sends what is left and, with `done`, that no more comes for this step. */
  end: (outcome: { done: boolean }) => void
}

/**
 * The text that this replica streams: frames on core NATS, and a snapshot for whoever joins late. Nothing here is
 * stored; a frame that is lost is asked for again.
 */
export class TextStreams {
  readonly #nats: Nats
  readonly #ownerOf: (executionId: string) => LiveOwner | undefined
  readonly #topics = new Map<string, Topic>()
  readonly #clock: Clock
  readonly #load: TextLoad
  readonly #due: DueTimes

  /** `ownerOf` gives what carries out an execution that streams here. */
  constructor(nats: Nats, ownerOf: (executionId: string) => LiveOwner | undefined, clock = systemClock) {
    this.#nats = nats
    this.#ownerOf = ownerOf
    this.#clock = clock
    this.#load = new TextLoad(clock.now())
    this.#due = new DueTimes(clock, (now, ms) => this.#load.late(now, ms))
  }

  /**
   * The way out for one attempt's text. What comes after a pause leaves at once, with all that arrived together with it;
   * what follows within the window is gathered.
   */
  open(at: { organizationId: string; executionId: string; stepKey: string; attempt: number }): TextStream {
    const { stepKey, attempt } = at
    const topic = this.#join(at)
    let parts: string[] = []
    const join = () => {
      if (parts.length > 1) parts = [parts.join('')]
      return parts[0] ?? ''
    }
    let sent = 0
    let pending = ''
    let sentAt = -Infinity
    let callOff: (() => void) | undefined
    let ended = false
    const send = (done: boolean) => {
      callOff?.()
      callOff = undefined
      sentAt = this.#clock.now()
      const all = pending
      pending = ''
      let from = 0
      do {
        const text = textPart(all, from)
        const isLast = from + text.length === all.length
        const frame: TextFrame = { stepKey, attempt, offset: sent + from, text, done: done && isLast }
        if (!this.#nats.isClosed()) this.#nats.publish(topic.subject, JSON.stringify(frame))
        from += text.length
      } while (from < all.length)
      sent += all.length
    }
    const stream: OpenStream = {
      stepKey,
      get text() {
        return join()
      },
      push: (text) => {
        if (ended || text === '') return
        parts.push(text)
        pending += text
        const now = this.#clock.now()
        this.#load.piece(now)
        if (callOff) return
        const windowMs = this.#load.windowMs(now)
        if (now - sentAt >= windowMs) callOff = this.#due.soon(() => send(false))
        else callOff = this.#due.at(sentAt + windowMs, windowMs / 4, () => send(false))
      },
      end: ({ done }) => {
        if (ended) return
        ended = true
        if (pending !== '' || done) send(done)
        topic.streams.delete(stream)
        if (topic.streams.size === 0) this.#leave(topic)
      },
      partFrom: (from): SnapshotPart => {
        const text = join()
        const offset = from.attempt === attempt ? Math.min(from.offset, text.length) : 0
        const part = textPart(text, offset)
        return { stepKey, attempt, offset, text: part, done: false, length: text.length }
      },
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
        if (!error) answerSnapshot({ message, owner: this.#ownerOf(executionId), streams })
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
