import { eventsStream } from '@quillworks/messaging/events-stream'
import { tapGrants, tapInbox, tapKeeperGrants } from '@quillworks/messaging/grants'
import { newId } from '@quillworks/service-kit/ids'
import { AckPolicy, ConsumerEvents, DeliverPolicy, nanos, ReplayPolicy, type ConsumerMessages } from 'nats'
import { CommandError } from '../command-error.ts'
import { pause, pauseMs } from '../connection/pause.ts'
import { connectTapNats, type NatsAccess } from './tap-connection.ts'
import { parseEvent, type TapMessage } from './tap-event.ts'

/** Where reading begins: what is kept, a moment, or after a place of one incarnation of the stream. */
type Start = 'all' | Date | { after: number; created: string }

/** Events already given that may come again when the stream was made anew and filled from the outbox. */
const rememberedIds = 20_000
const lost = new Set<string>([
  ConsumerEvents.ConsumerDeleted,
  ConsumerEvents.ConsumerNotFound,
  ConsumerEvents.StreamNotFound,
  ConsumerEvents.NoResponders,
])

/** Makes the consumer that the tap then reads, which it may not do itself, and says which stream it is of. */
async function makeConsumer(input: {
  access: NatsAccess
  name: string
  subject: string
  start: Start
}): Promise<string> {
  const nats = await connectTapNats({ access: input.access, name: 'tap-keeper', grants: tapKeeperGrants() })
  try {
    const manager = await nats.jetstreamManager({ checkAPI: false })
    const { created } = await manager.streams.info(eventsStream)
    const { start } = input
    const place =
      start === 'all'
        ? { deliver_policy: DeliverPolicy.All }
        : start instanceof Date
          ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: start.toISOString() }
          : start.created === created
            ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start.after + 1 }
            : { deliver_policy: DeliverPolicy.All }
    await manager.consumers.add(eventsStream, {
      name: input.name,
      filter_subject: input.subject,
      ack_policy: AckPolicy.None,
      replay_policy: ReplayPolicy.Instant,
      inactive_threshold: nanos(60_000),
      mem_storage: true,
      ...place,
    })
    return created
  } finally {
    await nats.close()
  }
}

function isOlder(text: string, since: 'all' | Date): boolean {
  if (since === 'all') return false
  const time = parseEvent(text)?.time
  return time !== undefined && new Date(time) < since
}

/** Ends the reading of a consumer that is gone, so that a new one is made where it stood. */
async function endWhenLost(messages: ConsumerMessages): Promise<void> {
  for await (const status of await messages.status()) {
    const missedTwice = status.type === ConsumerEvents.HeartbeatsMissed && Number(status.data) >= 2
    if (missedTwice || lost.has(status.type)) messages.stop()
  }
}

/**
 * Gives the events of a subject that the stream keeps, from `since` on, then those that happen, each once and in order;
 * through restarts of NATS, until the signal aborts.
 */
export async function* streamTap(input: {
  access: NatsAccess
  organizationId: string
  subject: string
  since: 'all' | Date
  signal: AbortSignal
  onReady: () => void
}): AsyncGenerator<TapMessage> {
  const { access, organizationId, subject, signal } = input
  const seen = new Set<string>()
  let start: Start = input.since
  let ready = false
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    const consumerName = `tap-${newId()}`
    try {
      const created = await makeConsumer({ access, name: consumerName, subject, start })
      const nats = await connectTapNats({
        access,
        name: consumerName,
        grants: tapGrants(organizationId, consumerName),
        inboxPrefix: tapInbox(organizationId),
      })
      let stop = () => {}
      try {
        const consumer = await nats.jetstream({ checkAPI: false }).consumers.get(eventsStream, consumerName)
        const messages = await consumer.consume({ max_messages: 500, expires: 10_000 })
        stop = () => messages.stop()
        signal.addEventListener('abort', stop)
        if (signal.aborted) stop()
        void endWhenLost(messages)
        if (!ready) input.onReady()
        ready = true
        for await (const message of messages) {
          attempt = 0
          start = { after: message.seq, created }
          const id = message.headers?.get('Nats-Msg-Id') ?? ''
          if (id !== '' && seen.has(id)) continue
          seen.add(id)
          if (seen.size > rememberedIds) seen.delete(seen.values().next().value ?? '')
          const text = message.string()
          // A stream made anew is filled with all that the outbox holds, older than what was asked for too.
          if (isOlder(text, input.since)) continue
          yield { subject: message.subject, text }
        }
      } finally {
        stop()
        signal.removeEventListener('abort', stop)
        await nats.close()
      }
    } catch (error) {
      // The first connection must succeed; after it NATS may go and come back.
      if (!ready && !signal.aborted) throw asCommandError(error)
    }
    await pause(pauseMs(attempt || 1), signal)
  }
}

function asCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new CommandError('nats.refused', `The stream of events cannot be read: ${reason}.`, { cause: error })
}
