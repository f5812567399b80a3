import { type NatsConnection, nanos, RetentionPolicy, StorageType, DiscardPolicy } from 'nats'

export const eventsStream = 'EVENTS'
const hourMs = 3_600_000

/**
 * Makes sure that the stream of public events exists (72 h, 2 GiB, oldest dropped first). True if it was made just
 * now: whoever relays events then fills it again from the outbox.
 */
export async function ensureEventsStream(nats: NatsConnection): Promise<boolean> {
  const manager = await nats.jetstreamManager()
  const known = await manager.streams.info(eventsStream).catch(() => undefined)
  if (known) return false
  await manager.streams.add({
    name: eventsStream,
    subjects: ['qw.>'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(72 * hourMs),
    max_bytes: 2 * 1024 ** 3,
    duplicate_window: nanos(120_000),
  })
  return true
}
