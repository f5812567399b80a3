import type { Database } from '@quillworks/database/connect'
import type { Logger } from '@quillworks/service-kit/logger'
import { headers, type NatsConnection } from 'nats'
import type { TransactionSql } from 'postgres'
import { ensureEventsStream } from './events-stream.ts'

const batchSize = 500
const sweepMs = 1_000
const publishMs = 2_000
const pruneMs = 600_000

/** A running relay: `kick` publishes now (call it after a commit), `stop` ends it after the batch in flight. */
export interface Relay {
  kick: () => void
  stop: () => Promise<void>
}

/**
 * Publishes a service's outbox to the events stream, at least once, with the event's id for de-duplication. Rows are
 * claimed by state with SKIP LOCKED, so any number of replicas may run one. A stream that was lost is filled again
 * with what the outbox still holds (72 h).
 */
export function startRelay(input: {
  database: Database
  nats: NatsConnection
  schema: string
  logger: Logger
}): Relay {
  const { database, nats, logger } = input
  const outbox = `${input.schema}.outbox`
  let wanted = true
  let stopped = false
  let streamReady = false
  let wake: () => void = () => {}
  let lastPrune = Date.now()

  const publishBatch = async () => {
    // Under the deadline: the driver may lose a query for good, and a relay that waits for it would never publish again.
    const { count, failure } = await database.run(({ sql }) => sql.begin(publishClaimed))
    // Thrown only now, after the commit, so that what was published stays marked.
    if (failure) throw failure.reason
    return count
  }

  const publishClaimed = async (tx: TransactionSql) => {
    const rows = await tx<{ id: string; subject: string; event: string }[]>`
        select id, subject, event::text as event from ${tx(outbox)}
        where published_at is null order by id limit ${batchSize} for update skip locked`
    if (rows.length === 0) return { count: 0, failure: undefined }
    const jetstream = nats.jetstream()
    const results = await Promise.allSettled(
      rows.map((row) => {
        const head = headers()
        head.set('Content-Type', 'application/cloudevents+json')
        return jetstream.publish(row.subject, row.event, {
          msgID: row.id,
          headers: head,
          timeout: publishMs,
        })
      }),
    )
    const published = rows.filter((_, index) => results[index]?.status === 'fulfilled').map((row) => row.id)
    if (published.length > 0) {
      await tx`update ${tx(outbox)} set published_at = now() where id = any(${published}::uuid[])`
    }
    const failure = results.find((result) => result.status === 'rejected')
    return { count: rows.length, failure: failure?.status === 'rejected' ? failure : undefined }
  }

  const prepareStream = async () => {
    if (await ensureEventsStream(nats)) {
      await database.run(
        ({ sql }) => sql`update ${sql(outbox)} set published_at = null
        where published_at > now() - interval '72 hours'`,
      )
    }
    streamReady = true
  }

  const prune = async () => {
    lastPrune = Date.now()
    await database.run(
      ({ sql }) => sql`delete from ${sql(outbox)} where published_at < now() - interval '72 hours'`,
    )
  }

  const loop = async () => {
    while (!stopped) {
      wanted = false
      try {
        if (!streamReady) await prepareStream()
        while ((await publishBatch()) === batchSize);
        if (Date.now() - lastPrune > pruneMs) await prune()
      } catch (error) {
        streamReady = false
        if (!stopped)
          logger.warn({ err: error }, 'Events could not be published yet; they are kept and sent again')
      }
      if (wanted || stopped) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, sweepMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  const running = loop()
  return {
    kick() {
      wanted = true
      wake()
    },
    async stop() {
      stopped = true
      wake()
      await running
    },
  }
}
