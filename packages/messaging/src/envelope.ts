import { newId } from '@quillworks/service-kit/ids'
import { currentTraceparent } from '@quillworks/service-kit/trace'
import { z } from 'zod'

/** Largest event on the wire in bytes; content stays in Postgres, events carry ids and small facts. */
export const maxEventBytes = 8 * 1024

/** CloudEvents 1.0 JSON with the extensions that Quillworks adds. */
export const eventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().min(1),
  /** `quillworks.<entity>.<past>.v1` */
  type: z.string().regex(/^quillworks\.[a-z_.]+\.v\d+$/),
  subject: z.string().min(1),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  organization: z.uuid(),
  correlationid: z.string(),
  causationid: z.string().optional(),
  traceparent: z.string().optional(),
  /** Position among the events of one execution (its revision), gapless from 1. */
  sequence: z.number().int().min(1).optional(),
  data: z.record(z.string(), z.unknown()),
})
export type QuillworksEvent = z.infer<typeof eventSchema>

/** Makes an event; `correlationId` is the execution's id where there is one. */
export function createEvent(input: {
  id?: string
  source: string
  type: string
  subject: string
  organizationId: string
  data: Record<string, unknown>
  correlationId: string
  causationId?: string
  sequence?: number
  time?: Date
}): QuillworksEvent {
  const traceparent = currentTraceparent()
  return {
    specversion: '1.0',
    id: input.id ?? newId(),
    source: input.source,
    type: input.type,
    subject: input.subject,
    time: (input.time ?? new Date()).toISOString(),
    datacontenttype: 'application/json',
    organization: input.organizationId,
    correlationid: input.correlationId,
    ...(input.causationId ? { causationid: input.causationId } : {}),
    ...(traceparent ? { traceparent } : {}),
    ...(input.sequence ? { sequence: input.sequence } : {}),
    data: input.data,
  }
}

/** The NATS subject of an entity's event: `qw.<organization>.<service>.<entity>.<id>.<past>`. */
export function eventSubject(input: {
  organizationId: string
  service: string
  entity: string
  id: string
  past: string
}): string {
  return `qw.${input.organizationId}.${input.service}.${input.entity}.${input.id}.${input.past}`
}
