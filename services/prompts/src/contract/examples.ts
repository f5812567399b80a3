import { z } from 'zod'

/**
 * Request on `seedExamplesSubject`: gives an organization its example prompts, once for ever; answered after the commit.
 * The prompts belong to `ownerId` and are shared with the organization.
 */
export const seedExamplesSchema = z.object({
  organizationId: z.uuid(),
  projectId: z.uuid(),
  ownerId: z.uuid(),
})
export type SeedExamples = z.infer<typeof seedExamplesSchema>

/** `created` is 0 where the organization had its examples already. */
export const seedExamplesReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), created: z.number().int() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
])
export type SeedExamplesReply = z.infer<typeof seedExamplesReplySchema>

export const seedExamplesSubject = 'qw-act.prompts.seed'
