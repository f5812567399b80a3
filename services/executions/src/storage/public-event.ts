import { createEvent, eventSubject } from '@quillworks/messaging/envelope'
import type { WrittenEvent } from '@quillworks/messaging/event-publisher'
import type { ExecutionEventData } from '../contract/events.ts'
import type { ProjectedEvent } from '../engine/project.ts'
import type { ExecutionState } from '../engine/state.ts'
import { cleanJson } from './clean.ts'

/**
 * The public event of a fact: hot fields and references, no content. The same fact gives the same event whenever it is
 * told, with the same id.
 */
export function publicEvent(
  { id, organizationId }: Pick<ExecutionState, 'id' | 'organizationId'>,
  { revision, event, summary, step }: ProjectedEvent,
): WrittenEvent {
  const data: ExecutionEventData = { execution: summary }
  if (step) {
    const { key, kind, status, attempt, error } = step
    data.step = { key, kind, status, attempt, error }
  }
  const envelope = createEvent({
    id: eventIdOf({ executionId: id, revision, at: event.at }),
    source: 'quillworks/executions',
    type: `quillworks.execution.${event.type}.v1`,
    subject: id,
    organizationId,
    data: { ...data },
    correlationId: id,
    sequence: revision,
    time: new Date(event.at),
  })
  const subject = eventSubject({
    organizationId,
    service: 'executions',
    entity: 'execution',
    id,
    past: event.type,
  })
  return { id: envelope.id, subject, event: cleanJson(envelope) }
}

const lowRevisions = 0x1000
const tailRange = 2 ** 48

/**
 * The id of an execution's event: a UUIDv8 of its time (Unix milliseconds), its revision, and the random part of the
 * execution's own id.
 */
export function eventIdOf({
  executionId,
  revision,
  at,
}: {
  executionId: string
  revision: number
  at: number
}): string {
  const time = at.toString(16).padStart(12, '0')
  const low = (revision % lowRevisions).toString(16).padStart(3, '0')
  const tail = Number.parseInt(executionId.slice(24), 16) + Math.floor(revision / lowRevisions)
  const end = (tail % tailRange).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-8${low}-${executionId.slice(19, 23)}-${end}`
}
