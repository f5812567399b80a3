import type { Database } from '@quillworks/database/connect'
import type { Logger } from '@quillworks/service-kit/logger'

const monthsAhead = 3
const dayMs = 86_400_000
const againMs = 600_000

/**
 * Makes the monthly partitions of the months to come, now and once a day. The database's function belongs to the owner
 * of the tables and lets one replica at a time through; the others find nothing left to do.
 */
export async function keepPartitions({
  database,
  logger,
  everyMs = dayMs,
}: {
  database: Database
  logger: Logger
  everyMs?: number
}): Promise<{ stop: () => Promise<void> }> {
  let timer: ReturnType<typeof setTimeout> | undefined
  let making: Promise<void> = Promise.resolve()
  let stopped = false
  const make = async () => {
    await database.run(({ sql }) => sql`select executions.make_partitions(${monthsAhead})`)
  }
  const later = (ms: number) => {
    if (stopped) return
    timer = setTimeout(() => {
      making = make().then(
        () => later(everyMs),
        (error: unknown) => {
          logger.warn({ err: error }, 'The partitions of the months to come are made later')
          later(Math.min(everyMs, againMs))
        },
      )
    }, ms)
  }
  await make()
  later(everyMs)
  return {
    stop: () => {
      stopped = true
      clearTimeout(timer)
      return making
    },
  }
}
