import { requestUntilAnswered } from '@quillworks/messaging/activities'
import { connectNats } from '@quillworks/messaging/connect'
import { seedExamplesReplySchema, seedExamplesSubject } from '@quillworks/prompts/contract'
import type { OwnerLink } from './sign-in-link.ts'

/**
 * Gives the owner's workspace its example prompts, once for ever: the service remembers it, so that asking at every
 * start is safe and examples that were deleted stay deleted. Gives the number made now.
 */
export async function seedExamples(input: {
  natsUrl: string
  secret: string
  owner: OwnerLink
}): Promise<number> {
  const nats = await connectNats({
    url: input.natsUrl,
    secret: input.secret,
    name: 'seed',
    grants: { publish: [seedExamplesSubject], subscribe: ['_INBOX.>'] },
  })
  try {
    const { organizationId, projectId, userId } = input.owner
    const reply = await requestUntilAnswered({
      nats,
      subject: seedExamplesSubject,
      body: { organizationId, projectId, ownerId: userId },
      schema: seedExamplesReplySchema,
      deadlineMs: 20_000,
      unanswered: 'The prompts service did not answer.',
    })
    if (!reply.ok) throw new Error(reply.message)
    return reply.created
  } finally {
    await nats.close()
  }
}
