import { createInbox, headers, type Msg, type NatsConnection } from 'nats'

/** An event as its outbox row has it: `event` is the JSON text that goes on the wire. */
export interface WrittenEvent {
  id: string
  subject: string
  event: string
}

/** What the stream answered: the event's place in it, and whether it had the event before. */
export interface Taken {
  seq: number
  repeated: boolean
}

interface Pending {
  settle: (answer: Taken | Error) => void
  giveUpAt: number
}

const answerMs = 2_000

/**
 * Publishes to JetStream with many acknowledgements under way at once, on one inbox: the client's own way makes a
 * subscription's worth of work for each. The server drops an id that it has seen within two minutes.
 */
export class EventPublisher {
  readonly #nats: NatsConnection
  readonly #inbox = createInbox()
  readonly #pending = new Map<string, Pending>()
  readonly #stop: () => void
  #count = 0

  constructor(nats: NatsConnection) {
    this.#nats = nats
    const answers = nats.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (!error) this.#take(message)
      },
    })
    const overdue = setInterval(() => this.#giveUp(), answerMs / 4)
    this.#stop = () => {
      clearInterval(overdue)
      answers.unsubscribe()
    }
  }

  /** How many wait for their acknowledgement. */
  get pending(): number {
    return this.#pending.size
  }

  /** Resolves when the stream has it; throws when it says no, or nothing for two seconds. */
  publish({ id, subject, event }: WrittenEvent): Promise<Taken> {
    this.#count += 1
    const token = this.#count.toString(36)
    const head = headers()
    head.set('Nats-Msg-Id', id)
    head.set('Content-Type', 'application/cloudevents+json')
    return new Promise((resolve, reject) => {
      this.#nats.publish(subject, event, { reply: `${this.#inbox}.${token}`, headers: head })
      const settle = (answer: Taken | Error) => {
        this.#pending.delete(token)
        if (answer instanceof Error) reject(answer)
        else resolve(answer)
      }
      this.#pending.set(token, { settle, giveUpAt: performance.now() + answerMs })
    })
  }

  /** Gives up on what has not been acknowledged. */
  stop(): void {
    this.#stop()
    for (const { settle } of this.#pending.values()) settle(new Error('The relay has stopped.'))
  }

  #take(message: Msg): void {
    const pending = this.#pending.get(message.subject.slice(this.#inbox.length + 1))
    pending?.settle(answerOf(message))
  }

  #giveUp(): void {
    const now = performance.now()
    // In the order of sending, which is that of their time limits.
    for (const { settle, giveUpAt } of this.#pending.values()) {
      if (giveUpAt > now) return
      settle(new Error('JetStream did not acknowledge an event.'))
    }
  }
}

function answerOf(message: Msg): Taken | Error {
  if (message.data.length === 0) return new Error('No stream takes events.')
  const answer = message.string()
  const { seq, duplicate }: { seq?: unknown; duplicate?: unknown } = JSON.parse(answer)
  if (typeof seq !== 'number' || seq < 1)
    return new Error(`JetStream refused an event: ${answer.slice(0, 300)}`)
  return { seq, repeated: duplicate === true }
}
