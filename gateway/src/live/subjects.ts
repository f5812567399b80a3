import { eventSubject } from '@quillworks/messaging/envelope'
import { accessSubject } from '../identity/principal/access-changes.ts'

/** Subject of the events of one execution, or with `*` of all of an organization. */
export function executionEventSubject(organizationId: string, id: string): string {
  return eventSubject({ organizationId, service: 'executions', entity: 'execution', id, past: '*' })
}

/** What the gateway may listen to and ask on NATS. */
export const gatewayGrants = {
  publish: ['qw-live-snapshot.>', accessSubject],
  subscribe: ['qw.>', 'qw-live.>', accessSubject, '_INBOX.>'],
}
