import type { Transaction } from '@quillworks/database/connect'
import { createEvent, eventSubject } from '@quillworks/messaging/envelope'
import { enqueueEvents } from '@quillworks/messaging/outbox'
import { variableEventSchemas, type VariableEventType } from '../contract/events.ts'
import { outbox } from '../outbox.table.ts'
import type { VariableRow } from './variable.table.ts'

/** Writes the event with what it made true; it is published if and only if the transaction commits. */
export async function announceVariable(
  tx: Transaction,
  { type, variable, userId }: { type: VariableEventType; variable: VariableRow; userId: string },
): Promise<void> {
  const { id, organizationId, scope, subjectId, visibility } = variable
  const data = variableEventSchemas[type].parse({ variableId: id, scope, subjectId, visibility, userId })
  const past = type.split('.')[2] ?? ''
  await enqueueEvents(tx, outbox, [
    {
      subject: eventSubject({ organizationId, service: 'prompts', entity: 'variable', id, past }),
      event: createEvent({ source: '/prompts', type, subject: id, organizationId, correlationId: id, data }),
    },
  ])
}
