import { eventSchema, type QuillworksEvent } from '@quillworks/messaging/envelope'
import { z } from 'zod'

/** One message of a tap as it came. */
export interface TapMessage {
  subject: string
  text: string
}

/** Reads a message as a CloudEvent; undefined for what is none. */
export function parseEvent(text: string): QuillworksEvent | undefined {
  try {
    const parsed = eventSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** The small facts that a line has room for, wherever an event carries them. */
const factsSchema = z.object({
  execution: z.object({ status: z.string(), name: z.string() }).partial().optional(),
  step: z.object({ key: z.string(), status: z.string(), attempt: z.number() }).partial().optional(),
  name: z.string().optional(),
  title: z.string().optional(),
})

/** One line for a person: time, what happened, to what, and the facts that fit. */
export function eventLine(event: QuillworksEvent): string {
  const what = event.type.replace(/^quillworks\./, '').replace(/\.v\d+$/, '')
  const facts = factsSchema.safeParse(event.data).data
  const step = facts?.step ? [facts.step.key, facts.step.status] : []
  const words = [
    ...(event.sequence ? [`#${event.sequence}`] : []),
    facts?.execution?.status,
    ...step,
    facts?.execution?.name ?? facts?.title ?? facts?.name,
  ]
  const rest = words.filter((word) => word !== undefined && word !== '').join(' · ')
  return [event.time, what.padEnd(26), event.subject, rest].join('  ').trimEnd()
}
