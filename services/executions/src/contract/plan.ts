import { z } from 'zod'

/** Settings a model call understands; a provider leaves out what it does not have. */
export const modelSettingsSchema = z.object({
  temperature: z.number().min(0).max(2).optional(),
  maxOutputTokens: z.number().int().min(1).max(1_000_000).optional(),
  topP: z.number().gt(0).max(1).optional(),
})
export type ModelSettings = z.infer<typeof modelSettingsSchema>

/** Retry by the engine: waits `min(maxDelayMs, delayMs * 2^(n-1))` with full jitter before attempt n + 1. */
export const retryPolicySchema = z.object({
  maxAttempts: z.number().int().min(1).max(20).default(3),
  delayMs: z.number().int().min(0).max(3_600_000).default(1_000),
  maxDelayMs: z.number().int().min(0).max(3_600_000).default(30_000),
})
export type RetryPolicy = z.infer<typeof retryPolicySchema>

const stepKey = z
  .string()
  .regex(/^[\w.-]+(\[\d+\])?(\/[\w.-]+(\[\d+\])?)*$/, 'a step path such as message[0]')
  .max(200)

/** One user turn and what was rendered for it; the whole input of a model step. */
export const modelInputSchema = z.object({
  /** `provider/model`, such as `demo/writer`. */
  model: z.string().regex(/^[a-z0-9_-]+\/\S+$/),
  settings: modelSettingsSchema.default({}),
  /** Rendered system text, empty for none. */
  system: z.string().default(''),
  /** Rendered prompt body. */
  body: z.string().default(''),
  /** What the person typed, empty where the body alone is sent. */
  message: z.string().default(''),
  /**
   * Key of a step before it whose output takes the message's place. Where that is no text or an empty one, nothing is to
   * be said: no model is called, and the output is null.
   */
  messageFrom: stepKey.optional(),
  /** The values that system and body were rendered with. */
  values: z.record(z.string(), z.unknown()).default({}),
  /** Where each of the values came from, where that was recorded. */
  sources: z.record(z.string(), z.enum(['call', 'user', 'project', 'organization', 'default'])).optional(),
  /** The snippets that were put in, as they were then. */
  snippets: z.array(z.object({ id: z.string(), name: z.string(), version: z.number().int() })).optional(),
  prompt: z
    .object({
      id: z.string(),
      versionId: z.string(),
      version: z.number().int(),
      /** The label that was asked for, where one was. */
      label: z.string().optional(),
    })
    .optional(),
})
export type ModelInput = z.infer<typeof modelInputSchema>

const common = {
  key: stepKey,
  name: z.string().max(200).optional(),
  /** Keys of the steps that must have succeeded before this one starts. */
  after: z.array(stepKey).default([]),
  retry: retryPolicySchema.optional(),
  /** Longest time one attempt may take, in milliseconds. */
  timeoutMs: z.number().int().min(1).max(86_400_000).optional(),
}

/**
 * The kinds of step. `model` calls a language model; `template` fills `{{key}}` with the text output of the steps
 * before it and with `{{input.name}}`; `call` asks an activity on `qw-act.<service>.<activity>` (or an outside
 * worker's subject `qw-act.worker.<organization>.<name>`).
 */
export const stepSpecSchema = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('model'),
    input: modelInputSchema,
    conversation: z.boolean().default(false),
  }),
  z.object({
    ...common,
    kind: z.literal('template'),
    input: z.object({ template: z.string().max(262_144) }),
  }),
  z.object({
    ...common,
    kind: z.literal('call'),
    input: z.object({
      subject: z
        .string()
        .regex(/^[\w-]+(\.[\w-]+)*$/)
        .max(200),
      body: z.unknown().optional(),
    }),
  }),
])
export type StepSpec = z.infer<typeof stepSpecSchema>
export type StepKind = StepSpec['kind']

/** What the engine carries out: a directed graph of steps, checked by `checkPlan` before it is accepted. */
export const planSchema = z.object({
  version: z.literal(1),
  steps: z.array(stepSpecSchema).max(10_000),
  /** A conversation waits for the next message after each answer instead of ending. */
  conversation: z.boolean().default(false),
  /** Values that templates reach as `{{input.name}}`. */
  input: z.record(z.string(), z.unknown()).default({}),
  /** No progress for this long while running ends the execution `timed_out`. Waiting is exempt. */
  deadlineMs: z.number().int().min(1_000).max(86_400_000).default(300_000),
})
export type ExecutionPlan = z.infer<typeof planSchema>
