import { z } from 'zod'

/**
 * Request on `qw-act.executions.lineage`: from which executions one was made. Answered to its owner alone; to anybody
 * else it is `execution.not_found`.
 */
export const lineageSchema = z.object({
  executionId: z.uuid(),
  organizationId: z.uuid(),
  userId: z.uuid(),
})
export type LineageRequest = z.input<typeof lineageSchema>

export const lineageReplySchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    id: z.uuid(),
    projectId: z.uuid(),
    conversation: z.boolean(),
    /** The executions that it goes back to, the nearest first; whether they still exist is not said. */
    earlier: z.array(z.uuid()),
  }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
])
export type LineageReply = z.infer<typeof lineageReplySchema>

export const lineageSubject = 'qw-act.executions.lineage'
