import type { Transaction } from '@quillworks/database/connect'
import { AppError } from '@quillworks/service-kit/errors'
import { maxEventBytes, type QuillworksEvent } from './envelope.ts'
import type { OutboxTable } from './outbox.table.ts'

/** Writes events to the outbox in the caller's transaction; they are published if and only if it commits. */
export async function enqueueEvents(
  tx: Transaction,
  table: OutboxTable,
  events: { subject: string; event: QuillworksEvent }[],
): Promise<void> {
  if (events.length === 0) return
  for (const { event } of events) {
    if (JSON.stringify(event).length > maxEventBytes) {
      throw new AppError('event.too_large', `The event ${event.type} is larger than ${maxEventBytes} bytes.`)
    }
  }
  await tx.insert(table).values(
    events.map(({ subject, event }) => ({
      id: event.id,
      organizationId: event.organization,
      subject,
      event,
    })),
  )
}
