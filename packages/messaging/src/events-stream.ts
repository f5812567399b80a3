import { type NatsConnection, nanos, RetentionPolicy, StorageType, DiscardPolicy } from 'nats'

export const eventsStream = 'EVENTS'
const hourMs = 3_600_000

/**
 * Makes sure that the stream of public events exists (72 h, 2 GiB, oldest dropped first), and gives the moment at
 * which it was made, in Unix milliseconds: what was published before is not in it.
 */
export async function ensureEventsStream(nats: NatsConnection): Promise<number> {
  const manager = await nats.jetstreamManager()
  const known = await manager.streams.info(eventsStream).catch(() => undefined)
  if (known) return Date.parse(known.created)
  const made = await manager.streams.add({
    name: eventsStream,
    subjects: ['qw.>'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(72 * hourMs),
    max_bytes: 2 * 1024 ** 3,
    duplicate_window: nanos(120_000),
  })
  return Date.parse(made.created)
}
