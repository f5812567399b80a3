import { z } from 'zod'
import { executionStatuses, stepStatuses } from './status.ts'

/** Everything that can be told about an execution; the last word of event types and subjects. */
export const executionFacts = [
  'created',
  'started',
  'waiting',
  'resumed',
  'renamed',
  'succeeded',
  'failed',
  'canceled',
  'timed_out',
  'usage_recorded',
  'step_added',
  'step_started',
  'step_accepted',
  'step_streaming',
  'step_progressed',
  'step_succeeded',
  'step_retried',
  'step_lost',
  'step_failed',
  'step_timed_out',
  'step_canceled',
  'step_skipped',
] as const
export type ExecutionFact = (typeof executionFacts)[number]

export const waitKinds = ['input', 'approval', 'timer', 'event', 'child', 'paused'] as const
export type WaitKind = (typeof waitKinds)[number]

/** Sums over attempts. A count is null where no attempt told it; unknown is never zero. */
export const usageSumsSchema = z.object({
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  cachedTokens: z.number().nullable(),
  /** Integer nano-dollars as decimal text, since JSON numbers are too small for it. */
  costNanoUsd: z.string().nullable(),
  /** Ended attempts whose usage nobody knows (lost with their replica, cut before the usage block). */
  unknownAttempts: z.number().int(),
  /** Ended attempts of known usage without a known price. */
  unpricedAttempts: z.number().int(),
  timeToFirstTokenMs: z.number().int().nullable(),
})
export type UsageSums = z.infer<typeof usageSumsSchema>

/** The hot fields of an execution at `revision`: what lists and live views show without asking the database. */
export const executionSummarySchema = z.object({
  id: z.uuid(),
  revision: z.number().int().min(1),
  kind: z.string(),
  name: z.string(),
  status: z.enum(executionStatuses),
  waiting: z
    .object({
      for: z.enum(waitKinds),
      stepKey: z.string().nullable(),
      since: z.string(),
      until: z.string().nullable(),
    })
    .nullable(),
  track: z.boolean(),
  projectId: z.uuid(),
  ownerId: z.uuid(),
  visibility: z.enum(['private', 'organization']),
  source: z
    .object({ type: z.string(), id: z.string(), name: z.string(), version: z.number().int().nullable() })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  progress: z.object({ done: z.number().int(), total: z.number().int() }),
  usage: usageSumsSchema,
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  updatedAt: z.string(),
})
export type ExecutionSummary = z.infer<typeof executionSummarySchema>

/**
 * `data` of every CloudEvent of an execution. `type` of the envelope is `quillworks.execution.<past>.v1` with `past`
 * one of `executionFacts`, its subject ends in the same word, `sequence` is `execution.revision`, gapless from 1;
 * content (texts, inputs) stays in Postgres.
 */
export const executionEventDataSchema = z.object({
  execution: executionSummarySchema,
  step: z
    .object({
      key: z.string(),
      kind: z.string(),
      status: z.enum(stepStatuses),
      attempt: z.number().int(),
      error: z.object({ code: z.string(), message: z.string() }).nullable(),
    })
    .optional(),
})
export type ExecutionEventData = z.infer<typeof executionEventDataSchema>
