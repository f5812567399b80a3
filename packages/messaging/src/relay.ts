import type { Database } from '@quillworks/database/connect'
import type { Logger } from '@quillworks/service-kit/logger'
import { headers, type NatsConnection } from 'nats'
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

  const publishBatch = () =>
    database.sql.begin(async (tx) => {
      const rows = await tx<{ id: string; subject: string; event: string }[]>`
        select id, subject, event::text as event from ${tx(outbox)}
        where published_at is null order by id limit ${batchSize} for update skip locked`
      if (rows.length === 0) return 0
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
      if (failure?.status === 'rejected') throw failure.reason
      return rows.length
    })

  const prepareStream = async () => {
    if (await ensureEventsStream(nats)) {
      await database.sql`update ${database.sql(outbox)} set published_at = null
        where published_at > now() - interval '72 hours'`
    }
    streamReady = true
  }

  const prune = async () => {
    lastPrune = Date.now()
    await database.sql`delete from ${database.sql(outbox)} where published_at < now() - interval '72 hours'`
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
