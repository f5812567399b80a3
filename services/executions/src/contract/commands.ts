import { roles } from '@quillworks/service-kit/identity'
import { z } from 'zod'
import { modelInputSchema, planSchema } from './plan.ts'

/** In whose name an execution runs; stored at the start and checked again per activity. */
export const runAsSchema = z.object({
  organizationId: z.uuid(),
  projectId: z.uuid(),
  userId: z.uuid(),
  scopes: z.array(z.string()),
})
export type RunAs = z.infer<typeof runAsSchema>

/**
 * Request on `qw-act.executions.start`. The caller picks `id` (UUIDv7) and sends the same request again until it is
 * answered; the same id or idempotency key with the same body answers the same execution.
 */
export const startExecutionSchema = z.object({
  id: z.uuid(),
  /** `chat`, `prompt`, `optimization`, `workflow`, … : what the history shows. */
  kind: z.string().min(1).max(50),
  name: z.string().max(200),
  runAs: runAsSchema,
  plan: planSchema,
  track: z.boolean().default(true),
  visibility: z.enum(['private', 'organization']).default('private'),
  trigger: z.enum(['manual', 'api', 'webhook', 'schedule', 'event', 'mcp', 'workflow']).default('manual'),
  source: z
    .object({ type: z.string(), id: z.uuid(), name: z.string(), version: z.number().int().optional() })
    .optional(),
  /** Unique per organization, user and operation for 30 days; `requestHash` is over what the caller asked for. */
  idempotency: z
    .object({ operation: z.string(), key: z.string().min(1).max(200), requestHash: z.string() })
    .optional(),
})
export type StartExecution = z.input<typeof startExecutionSchema>

/** Request on `qw-act.executions.command`: append-only rows that the engine consumes. */
export const commandSchema = z.object({
  executionId: z.uuid(),
  runAs: runAsSchema,
  /** The caller's in the organization: admins and owners also end what is another member's. */
  role: z.enum(roles).default('member'),
  idempotencyKey: z.string().max(200).optional(),
  command: z.discriminatedUnion('type', [
    z.object({ type: z.literal('cancel'), reason: z.string().max(500).optional() }),
    z.object({ type: z.literal('stop_step'), stepKey: z.string() }),
    z.object({ type: z.literal('message'), input: modelInputSchema }),
    z.object({
      type: z.literal('regenerate'),
      stepKey: z.string(),
      /** Another model than the one that answered before. */
      model: modelInputSchema.shape.model.optional(),
    }),
    z.object({ type: z.literal('rename'), name: z.string().min(1).max(200) }),
    z.object({ type: z.literal('close') }),
  ]),
})
export type ExecutionCommand = z.input<typeof commandSchema>

/** Answer to both: the id, or a coded error that the caller shows. */
export const executionReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), id: z.uuid(), revision: z.number().int(), stepKey: z.string().optional() }),
  z.object({
    ok: z.literal(false),
    code: z.string(),
    message: z.string(),
    issues: z
      .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
      .default([]),
  }),
])
export type ExecutionReply = z.infer<typeof executionReplySchema>

export const startSubject = 'qw-act.executions.start'
export const commandSubject = 'qw-act.executions.command'
