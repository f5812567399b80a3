import type { Transaction } from '@quillworks/database/connect'
import { createEvent, eventSubject } from '@quillworks/messaging/envelope'
import { enqueueEvents } from '@quillworks/messaging/outbox'
import { snippetEventSchemas, type SnippetEventData, type SnippetEventType } from '../contract/events.ts'
import { outbox } from '../outbox.table.ts'
import type { SnippetRow } from './snippet.table.ts'

type OwnFacts<T extends SnippetEventType> = Omit<
  SnippetEventData<T>,
  keyof SnippetEventData<'quillworks.snippet.deleted.v1'>
>

/** Writes the event with what it made true; it is published if and only if the transaction commits. */
export async function announceSnippet<T extends SnippetEventType>(
  tx: Transaction,
  input: { type: T; snippet: SnippetRow; userId: string; facts: OwnFacts<T> },
): Promise<void> {
  const { type, snippet, userId, facts } = input
  const { id, organizationId, projectId, ownerId, visibility, versionId, versionNumber: version } = snippet
  const shared = { snippetId: id, projectId, ownerId, visibility, versionId, version, userId }
  const data = snippetEventSchemas[type].parse({ ...shared, ...facts })
  const past = type.split('.')[2] ?? ''
  await enqueueEvents(tx, outbox, [
    {
      subject: eventSubject({ organizationId, service: 'prompts', entity: 'snippet', id, past }),
      event: createEvent({
        source: '/prompts',
        type,
        subject: id,
        organizationId,
        correlationId: id,
        data,
      }),
    },
  ])
}
