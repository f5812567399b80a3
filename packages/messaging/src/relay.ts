import type { Database } from '@quillworks/database/connect'
import type { Logger } from '@quillworks/service-kit/logger'
import { Events, type NatsConnection } from 'nats'
import type { TransactionSql } from 'postgres'
import { EventPublisher, type Taken } from './event-publisher.ts'
import { ensureEventsStream, hasSubject } from './events-stream.ts'
import type { OutboxEntry, OutboxStore } from './outbox-store.ts'
import { PublishedMarks } from './published-marks.ts'
import { StreamMemory } from './stream-memory.ts'

const batchSize = 200
const sweepMs = 1_000
const usualCheckStreamMs = 30_000
const pruneMs = 600_000
/** More than this many events at once are left to the sweep, which goes at the pace of the stream. */
const mostInFlight = 5_000

/** A running relay: call `hand` or `kick` after a commit; `stop` ends it after what is in flight. */
export interface Relay {
  /** Publishes what has just been committed, without reading it again. */
  hand: (entries: OutboxEntry[]) => void
  /** Looks for entries to publish now. */
  kick: () => void
  stop: () => Promise<void>
}

/**
 * Publishes a service's outbox to the events stream, at least once, with the event's id for de-duplication. Fresh
 * entries are handed over by their writer; what was left, by a crash or an outage, is swept: claimed by state with
 * SKIP LOCKED, so any number of replicas may run one. A stream that was lost, or put back from an older copy, is looked
 * for at the start, after each reconnect and every 30 seconds, and filled again with what the outbox still holds
 * (72 h), whichever service made it anew.
 */
export function startRelay(input: {
  database: Database
  nats: NatsConnection
  outbox: OutboxStore
  logger: Logger
  /** Between looks at whether the stream is still there, in milliseconds. */
  checkStreamMs?: number
}): Relay {
  const { database, nats, outbox, logger } = input
  const checkStreamMs = input.checkStreamMs ?? usualCheckStreamMs
  const publisher = new EventPublisher(nats)
  const marks = new PublishedMarks({ database, outbox, logger })
  const inFlight = new Set<string>()
  let kicked = true
  let stopped = false
  let streamReady = false
  let streamCheckedAt = 0
  const memory = new StreamMemory()
  let wake: () => void = () => {}
  let lastPrune = Date.now()

  // While the stream is not known to be the same, its answers would hide what it has lost.
  const noteTaken = (taken: Taken) => {
    if (!streamReady) return
    memory.note(taken)
    if (memory.wentBack) streamReady = false
  }

  const publishBatch = async () => {
    // Under the deadline: a relay that waits for an answer for ever would never publish again.
    const { count, failure } = await database.run(({ sql }) => sql.begin(publishClaimed))
    // Thrown only now, after the commit, so that what was published stays marked.
    if (failure) throw failure.reason
    return count
  }

  const publishAll = async ({ events }: OutboxEntry) => {
    for (const taken of await Promise.all(events.map((event) => publisher.publish(event)))) noteTaken(taken)
  }

  // Without a kick, only what is older than any hand-over takes: another replica may be about to mark the rest.
  let minAgeMs = 0
  const publishClaimed = async (tx: TransactionSql) => {
    const busy = [...inFlight, ...marks.waiting]
    const entries = await outbox.claim(tx, { limit: batchSize, busy, minAgeMs })
    const results = await Promise.allSettled(entries.map(publishAll))
    const published = entries.filter((_, index) => results[index]?.status === 'fulfilled')
    if (published.length > 0)
      await outbox.note(
        tx,
        published.map(({ key }) => key),
      )
    const failure = results.find((result) => result.status === 'rejected')
    return { count: entries.length, failure }
  }

  const hasLastPublished = async () => {
    const subject = await database.run(({ sql }) => outbox.lastPublished(sql))
    return subject === undefined || hasSubject(nats, subject)
  }

  const prepareStream = async () => {
    streamCheckedAt = Date.now()
    const age = await ensureEventsStream(nats)
    const isSame = memory.isSame(age)
    if (!(isSame ?? (await hasLastPublished()))) {
      // A mark that came later would hide its events again.
      await marks.written()
      const entries = await database.run(({ sql }) => outbox.sendAgain(sql))
      logger.warn({ entries }, 'The stream has lost events; they are sent again')
    }
    if (!isSame) memory.accept(age)
    streamReady = true
  }

  const sweep = async () => {
    minAgeMs = kicked ? 0 : sweepMs
    kicked = false
    try {
      if (!streamReady || Date.now() - streamCheckedAt > checkStreamMs) await prepareStream()
      while ((await publishBatch()) === batchSize);
      if (Date.now() - lastPrune > pruneMs) {
        lastPrune = Date.now()
        await database.run(({ sql }) => outbox.prune(sql))
      }
    } catch (error) {
      streamReady = false
      if (!stopped)
        logger.warn({ err: error }, 'Events could not be published yet; they are kept and sent again')
    }
  }

  const loop = async () => {
    while (!stopped) {
      await sweep()
      if (kicked || stopped) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, sweepMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  const publishHanded = async (entry: OutboxEntry) => {
    inFlight.add(entry.key)
    try {
      await publishAll(entry)
      marks.add(entry.key)
    } catch {
      // The sweep finds it again, looks after the stream, and says what is wrong.
      streamReady = false
    } finally {
      inFlight.delete(entry.key)
    }
  }

  const watchConnection = async () => {
    for await (const { type } of nats.status()) {
      if (type !== Events.Disconnect && type !== Events.Reconnect) continue
      // NATS may come back without its store, or with an older one.
      streamReady = false
      if (type === Events.Reconnect) wake()
    }
  }
  void watchConnection()

  const running = loop()
  return {
    hand(entries) {
      if (stopped || !streamReady || publisher.pending > mostInFlight) return
      for (const entry of entries) void publishHanded(entry)
    },
    kick() {
      kicked = true
      wake()
    },
    async stop() {
      stopped = true
      wake()
      await running
      publisher.stop()
      await marks.written()
    },
  }
}
