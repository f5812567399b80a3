import { z } from 'zod'

/** An answer's output is at most this many bytes as JSON. */
export const maxOutputBytes = 4 * 1024 * 1024

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
  /** Completes exactly this attempt later, for whoever answers `accepted`. */
  token: z.string(),
  body: z.unknown(),
  /** Outputs of the steps that this one comes after, by key. */
  inputs: z.record(z.string(), z.unknown()),
})
export type StepCall = z.infer<typeof stepCallSchema>

const until = z.iso.datetime({ offset: true })
const failure = {
  code: z.string().min(1).max(100),
  message: z.string().max(1_000),
  retryable: z.boolean().default(false),
}

/**
 * The answer: done with an output, taken over until some time (`accepted`; the end then comes by `completeSchema`), or
 * failed with whether the engine shall try again.
 */
export const stepCallReplySchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    output: z.unknown().optional(),
    accepted: z.object({ until }).optional(),
  }),
  z.object({
    ok: z.literal(false),
    code: z.string(),
    message: z.string(),
    retryable: z.boolean().default(false),
  }),
])
export type StepCallReply = z.infer<typeof stepCallReplySchema>

/** Request on `qw-act.executions.complete`: how accepted work ended. The same request again is answered the same. */
export const completeSchema = z.discriminatedUnion('result', [
  z.object({ token: z.string().max(1_000), result: z.literal('done'), output: z.unknown().optional() }),
  z.object({ token: z.string().max(1_000), result: z.literal('failed'), ...failure }),
])
export type Complete = z.input<typeof completeSchema>

/** Request on `qw-act.executions.heartbeat`: accepted work goes on and will end, or be told of again, before `until`. */
export const heartbeatSchema = z.object({ token: z.string().max(1_000), until })
export type Heartbeat = z.input<typeof heartbeatSchema>

/**
 * Answer to both; `until` is what now counts for a heartbeat, which the step's own limit may have shortened. Refused
 * for good are `step.token_invalid`, `step.attempt_ended`, `step.ended` and `execution.ended`: the work is not wanted.
 * `step.output_invalid` and `step.output_too_large` refuse only this result.
 */
export const completeReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), until: until.nullable() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string(), retryable: z.boolean() }),
])
export type CompleteReply = z.infer<typeof completeReplySchema>

export const completeSubject = 'qw-act.executions.complete'
export const heartbeatSubject = 'qw-act.executions.heartbeat'
