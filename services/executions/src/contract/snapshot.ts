import { z } from 'zod'
import { executionSummarySchema } from './events.ts'
import { visibilities } from './rights.ts'

/**
 * Request subject on which the owner of a streaming execution answers a JSON `SnapshotRequest`. Owners subscribe to it
 * only while they stream, so that "no responders" says at once that nobody streams and the database is to be asked.
 */
export function snapshotSubject(organizationId: string, executionId: string): string {
  return `qw-live-snapshot.${organizationId}.${executionId}`
}

/**
 * `text`: the text of one step, from where the asker stands; without a key, of the step that `stepToStream` names.
 * `state`: the execution as it is stored.
 */
export const snapshotRequestSchema = z.discriminatedUnion('ask', [
  z.object({
    ask: z.literal('text'),
    stepKey: z.string().nullable(),
    attempt: z.number(),
    offset: z.number().int().min(0),
  }),
  z.object({ ask: z.literal('state') }),
])
export type SnapshotRequest = z.infer<typeof snapshotRequestSchema>

/** A part of the text so far, from the asked offset (of another attempt than the asked one: from 0). */
const snapshotPartSchema = z.object({
  stepKey: z.string(),
  attempt: z.number().int(),
  offset: z.number().int().min(0),
  text: z.string(),
  done: z.boolean(),
  /** Length of all text so far: what is beyond this part is asked for next. */
  length: z.number().int(),
})
export type SnapshotPart = z.infer<typeof snapshotPartSchema>

/**
 * Answer to `text`: that step streams, and `part` is of it. JSON null where it does not. Whoever asks for a reader
 * decides with `canSee` whether they get it.
 */
export const textSnapshotSchema = z.object({
  organizationId: z.uuid(),
  ownerId: z.uuid(),
  visibility: z.enum(visibilities),
  revision: z.number().int(),
  part: snapshotPartSchema,
})
export type TextSnapshot = z.infer<typeof textSnapshotSchema>

/** Answer to `state`, to be decided on alike. JSON null where the owner cannot be sure of it. */
export const stateSnapshotSchema = z.object({ organizationId: z.uuid(), execution: executionSummarySchema })
export type StateSnapshot = z.infer<typeof stateSnapshotSchema>

/** Steps of one execution that are read at once, in the order of the plan. */
export const mostSteps = 500

/** The step that a reader of a text means: the one with that key, else the one that streams, else the last. */
export function stepToStream<Step extends { key: string; status: string }>(
  steps: readonly Step[],
  stepKey: string | null | undefined,
): Step | undefined {
  if (stepKey) return steps.find((step) => step.key === stepKey)
  return steps.findLast((step) => step.status === 'streaming') ?? steps.at(-1)
}
