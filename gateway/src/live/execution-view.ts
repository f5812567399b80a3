import { executionEventDataSchema, type ExecutionSummary, toldUsage } from '@quillworks/executions/contract'
import { z } from 'zod'

const sum = z.number().nullable()

/** The hot fields of an execution in the shape of the API, from an event or read from executions. */
export const executionViewSchema = z.object({
  id: z.uuid(),
  revision: z.number().int(),
  kind: z.string(),
  name: z.string(),
  status: z.string(),
  track: z.boolean(),
  projectId: z.string(),
  visibility: z.enum(['private', 'organization']),
  waiting: z
    .object({
      for: z.string(),
      stepKey: z.string().nullable(),
      since: z.string(),
      until: z.string().nullable(),
    })
    .nullable(),
  source: z
    .object({ type: z.string(), id: z.string(), name: z.string(), version: z.number().nullable() })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  progress: z.object({ done: z.number(), total: z.number() }),
  usage: z.object({
    inputTokens: sum,
    outputTokens: sum,
    cachedTokens: sum,
    totalTokens: sum,
    costUsd: sum,
    unknownAttempts: z.number(),
    unpricedAttempts: z.number(),
    timeToFirstTokenMs: sum,
  }),
  createdBy: z.object({ id: z.string() }),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  updatedAt: z.string(),
})
export type ExecutionView = z.infer<typeof executionViewSchema>

/** The API's shape of what an event carries. */
export function viewOf({ ownerId, usage, ...summary }: ExecutionSummary): ExecutionView {
  return { ...summary, createdBy: { id: ownerId }, usage: toldUsage(usage) }
}

const eventSchema = z.object({ data: executionEventDataSchema })
export type ExecutionEventMessage = z.infer<typeof eventSchema>['data']

/** An execution's event off the wire; undefined for what is none, which is left to be found by comparing revisions. */
export function readEvent(message: unknown): ExecutionEventMessage | undefined {
  return eventSchema.safeParse(message).data?.data
}
