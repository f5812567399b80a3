import { z } from 'zod'

/**
 * What a `call` step asks on its subject. The activity's key is (executionId, stepKey): the engine asks at least once,
 * the service makes it count once and refuses a `fence` lower than one it has seen. Workers of users get no `identity`.
 */
export const stepCallSchema = z.object({
  executionId: z.uuid(),
  stepKey: z.string(),
  attempt: z.number().int(),
  fence: z.number().int(),
  organizationId: z.uuid(),
  projectId: z.uuid(),
  userId: z.uuid(),
  /** Signed for the service, good for 60 seconds. */
  identity: z.string().optional(),
  body: z.unknown(),
  /** Outputs of the steps that this one comes after, by key. */
  inputs: z.record(z.string(), z.unknown()),
})
export type StepCall = z.infer<typeof stepCallSchema>

/** The answer: done, or failed with whether the engine shall try again. */
export const stepCallReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), output: z.unknown() }),
  z.object({
    ok: z.literal(false),
    code: z.string(),
    message: z.string(),
    retryable: z.boolean().default(false),
  }),
])
export type StepCallReply = z.infer<typeof stepCallReplySchema>
