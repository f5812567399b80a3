import type { Identity } from '@quillworks/service-kit/identity'
import type { PromptsServer } from './prompts-server.ts'

interface Entry {
  action: string
  userId: string
  targetId: string | null
  targetName: string | null
  details: Record<string, unknown>
}

/** The audit entries of this service as the gateway reads them, newest first. */
export async function auditOf(server: PromptsServer, identity: Identity): Promise<Entry[]> {
  const { promptAuditEntries } = await server.ask<{ promptAuditEntries: Entry[] }>(
    identity,
    'query ($question: JSON!) { promptAuditEntries(question: $question) }',
    { question: { limit: 100, before: null, filter: {} } },
  )
  return promptAuditEntries
}
