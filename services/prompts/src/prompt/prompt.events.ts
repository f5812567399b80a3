import type { Transaction } from '@quillworks/database/connect'
import { createEvent, eventSubject } from '@quillworks/messaging/envelope'
import { enqueueEvents } from '@quillworks/messaging/outbox'
import { promptEventSchemas, type PromptEventData, type PromptEventType } from '../contract/events.ts'
import { outbox } from '../outbox.table.ts'
import type { PromptRow } from './prompt.table.ts'

type OwnFacts<T extends PromptEventType> = Omit<
  PromptEventData<T>,
  keyof PromptEventData<'quillworks.prompt.deleted.v1'>
>

/** Writes the event with what it made true; it is published if and only if the transaction commits. */
export async function announce<T extends PromptEventType>(
  tx: Transaction,
  input: { type: T; prompt: PromptRow; userId: string; facts: OwnFacts<T> },
): Promise<void> {
  const { type, prompt, userId, facts } = input
  const data = promptEventSchemas[type].parse({
    promptId: prompt.id,
    projectId: prompt.projectId,
    ownerId: prompt.ownerId,
    visibility: prompt.visibility,
    versionId: prompt.versionId,
    version: prompt.versionNumber,
    userId,
    ...facts,
  })
  const past = type.split('.')[2] ?? ''
  await enqueueEvents(tx, outbox, [
    {
      subject: eventSubject({
        organizationId: prompt.organizationId,
        service: 'prompts',
        entity: 'prompt',
        id: prompt.id,
        past,
      }),
      event: createEvent({
        source: '/prompts',
        type,
        subject: prompt.id,
        organizationId: prompt.organizationId,
        correlationId: prompt.id,
        data,
      }),
    },
  ])
}
