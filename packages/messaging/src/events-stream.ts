import {
  type NatsConnection,
  type StreamInfo,
  nanos,
  RetentionPolicy,
  StorageType,
  DiscardPolicy,
} from 'nats'

export const eventsStream = 'EVENTS'
const hourMs = 3_600_000

/** When the stream was made, in Unix milliseconds, and the place of its last event. */
export interface StreamAge {
  madeAt: number
  lastSeq: number
}

/** Makes sure that the stream of public events exists (72 h, 2 GiB, oldest dropped first). */
export async function ensureEventsStream(nats: NatsConnection): Promise<StreamAge> {
  const manager = await nats.jetstreamManager()
  const known = await manager.streams.info(eventsStream).catch(() => undefined)
  if (known) return ageOf(known)
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
  return ageOf(made)
}

const ageOf = ({ created, state }: StreamInfo): StreamAge => ({
  madeAt: Date.parse(created),
  lastSeq: state.last_seq,
})

/** Whether the stream has an event of this subject. */
export async function hasSubject(nats: NatsConnection, subject: string): Promise<boolean> {
  const manager = await nats.jetstreamManager()
  const { state } = await manager.streams.info(eventsStream, { subjects_filter: subject })
  return (state.subjects?.[subject] ?? 0) > 0
}
