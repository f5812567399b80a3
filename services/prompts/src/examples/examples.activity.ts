import type { Database } from '@quillworks/database/connect'
import { serveActivity } from '@quillworks/messaging/activities'
import type { Identity } from '@quillworks/service-kit/identity'
import type { Logger } from '@quillworks/service-kit/logger'
import type { NatsConnection } from 'nats'
import {
  seedExamplesSchema,
  seedExamplesSubject,
  type SeedExamples,
  type SeedExamplesReply,
} from '../contract/examples.ts'
import { storePrompt } from '../prompt/prompt.usecases.ts'
import { write } from '../use-case.ts'
import { examplePrompts } from './example-prompts.ts'
import { seededWorkspaces } from './seeded-workspace.table.ts'

/** Answers requests for the example prompts; only services may send on its subject. */
export function serveExamples(input: {
  nats: NatsConnection
  database: Database
  logger: Logger
  eventsWritten: () => void
}): { stop: () => Promise<void> } {
  const { nats, logger } = input
  return serveActivity({
    nats,
    logger,
    subject: seedExamplesSubject,
    queue: 'prompts',
    schema: seedExamplesSchema,
    handle: async (request): Promise<SeedExamplesReply> => ({
      ok: true,
      created: await seedExamples(input, request),
    }),
  })
}

/** Stores the examples where the organization never had them; answers how many. */
function seedExamples(
  input: { database: Database; eventsWritten: () => void },
  { organizationId, projectId, ownerId }: SeedExamples,
): Promise<number> {
  const principal = `user:${ownerId}`
  const identity: Identity = {
    organizationId,
    projectId,
    userId: ownerId,
    role: 'owner',
    scopes: ['*'],
    principal,
  }
  return write({ ...input, identity }, async (tx) => {
    const first = await tx
      .insert(seededWorkspaces)
      .values({ organizationId })
      .onConflictDoNothing()
      .returning({ organizationId: seededWorkspaces.organizationId })
    if (first.length === 0) return 0
    // The last one made stands first in the list.
    for (const example of examplePrompts.toReversed()) {
      await storePrompt(tx, identity, { ...example, visibility: 'organization' })
    }
    return examplePrompts.length
  })
}
