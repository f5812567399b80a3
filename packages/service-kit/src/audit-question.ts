import { z } from 'zod'

/** The header in which the gateway tells a client's address to services and better-auth; a caller's own is dropped. */
export const clientAddressHeader = 'x-quillworks-client'

/** What the gateway asks of a service's part of the audit log: the newest, older than the entry `before`. */
export const auditQuestionSchema = z.object({
  limit: z.int().min(1).max(1_000),
  before: z.uuid().nullable(),
  filter: z.object({
    action: z.array(z.string()).nullish(),
    userId: z.uuid().nullish(),
    targetType: z.string().nullish(),
    targetId: z.string().nullish(),
    from: z.coerce.date().nullish(),
    to: z.coerce.date().nullish(),
  }),
})
export type AuditQuestion = z.output<typeof auditQuestionSchema>
