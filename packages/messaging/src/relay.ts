import type { Database } from '@quillworks/database/connect'
import type { Logger } from '@quillworks/service-kit/logger'
import { Events, type NatsConnection } from 'nats'
import type { TransactionSql } from 'postgres'
import { EventPublisher, type Taken, type WrittenEvent } from './event-publisher.ts'
import { ensureEventsStream } from './events-stream.ts'
import { PublishedMarks } from './published-marks.ts'
import { StreamMemory } from './stream-memory.ts'

const batchSize = 500
const sweepMs = 1_000
const usualCheckStreamMs = 30_000
const pruneMs = 600_000
const keptMs = 72 * 3_600_000
/** More than this many at once are left to the sweep, which goes at the pace of the stream. */
const mostInFlight = 5_000

/** A running relay: call `hand` or `kick` after a commit; `stop` ends it after what is in flight. */
export interface Relay {
  /** Publishes events whose rows have just been committed, without reading them again. */
  hand: (events: WrittenEvent[]) => void
  /** Looks for rows to publish now. */
  kick: () => void
  stop: () => Promise<void>
}

/**
 * Publishes a service's outbox to the events stream, at least once, with the event's id for de-duplication. Fresh
 * events are handed over by their writer; what was left, by a crash or an outage, is swept: rows claimed by state with
 * SKIP LOCKED, so any number of replicas may run one. A stream that was lost, or put back from an older copy, is looked
 * for after each reconnect and every 30 seconds, and filled again with what the outbox still holds (72 h), whichever
 * service made it anew.
 */
export function startRelay(input: {
  database: Database
  nats: NatsConnection
  schema: string
  logger: Logger
  /** Between looks at whether the stream is still there, in milliseconds. */
  checkStreamMs?: number
}): Relay {
  const { database, nats, logger } = input
  const checkStreamMs = input.checkStreamMs ?? usualCheckStreamMs
  const outbox = `${input.schema}.outbox`
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
    // Under the deadline: the driver may lose a query for good, and a relay that waits for it would never publish again.
    const { count, failure } = await database.run(({ sql }) => sql.begin(publishClaimed))
    // Thrown only now, after the commit, so that what was published stays marked.
    if (failure) throw failure.reason
    return count
  }

  // Without a kick, only what is older than any hand-over takes: another replica may be about to mark the rest.
  let minAgeMs = 0
  const publishClaimed = async (tx: TransactionSql) => {
    const busy = [...inFlight, ...marks.waiting]
    const rows = await tx<WrittenEvent[]>`
        select id, subject, event::text as event from ${tx(outbox)}
        where published_at is null and created_at <= now() - ${minAgeMs} * interval '1 millisecond'
          and id <> all(${busy}::uuid[])
        order by id limit ${batchSize} for update skip locked`
    if (rows.length === 0) return { count: 0, failure: undefined }
    const results = await Promise.allSettled(rows.map((row) => publisher.publish(row).then(noteTaken)))
    const published = rows.filter((_, index) => results[index]?.status === 'fulfilled').map((row) => row.id)
    if (published.length > 0) {
      await tx`update ${tx(outbox)} set published_at = now() where id = any(${published}::uuid[])`
    }
    const failure = results.find((result) => result.status === 'rejected')
    return { count: rows.length, failure: failure?.status === 'rejected' ? failure : undefined }
  }

  const prepareStream = async () => {
    streamCheckedAt = Date.now()
    const age = await ensureEventsStream(nats)
    const before = memory.missingUntil(age)
    if (before !== undefined) {
      // A mark that came later would hide its event again.
      await marks.written()
      const { count } = await database.run(
        ({ sql }) => sql`update ${sql(outbox)} set published_at = null
        where id < ${firstIdOf(before)} and published_at < ${new Date(before)}
          and published_at > now() - interval '72 hours'`,
      )
      if (count > 0) logger.warn({ events: count }, 'The stream may have lost events; they are sent again')
      memory.accept(age)
    }
    streamReady = true
  }

  const prune = async () => {
    lastPrune = Date.now()
    await database.run(
      ({ sql }) => sql`delete from ${sql(outbox)}
        where id < ${firstIdOf(lastPrune - keptMs)} and published_at < now() - interval '72 hours'`,
    )
  }

  const sweep = async () => {
    minAgeMs = kicked ? 0 : sweepMs
    kicked = false
    try {
      if (!streamReady || Date.now() - streamCheckedAt > checkStreamMs) await prepareStream()
      while ((await publishBatch()) === batchSize);
      if (Date.now() - lastPrune > pruneMs) await prune()
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

  const publishHanded = async (event: WrittenEvent) => {
    inFlight.add(event.id)
    try {
      noteTaken(await publisher.publish(event))
      marks.add(event.id)
    } catch {
      // The sweep finds its row, looks after the stream, and says what is wrong.
      streamReady = false
    } finally {
      inFlight.delete(event.id)
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
    hand(events) {
      if (stopped || !streamReady || publisher.pending > mostInFlight) return
      for (const event of events) void publishHanded(event)
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

/** The least UUIDv7 of a moment (Unix milliseconds). */
function firstIdOf(atMs: number): string {
  const hex = atMs.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
