import { addAuditEntry } from '@quillworks/database/audit'
import type { Transaction } from '@quillworks/database/connect'
import { clientAddressHeader } from '@quillworks/service-kit/audit-question'
import type { Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import type { UseCase } from '../use-case.ts'
import { auditEntries } from './audit-entry.table.ts'

/** A use case whose deed is noted, with the address of the client that asked for it. */
export interface Administration extends UseCase {
  address: string | null
}

export function administrationOf(useCase: UseCase, request: Request): Administration {
  return { ...useCase, address: request.headers.get(clientAddressHeader) }
}

/** Notes what is done in the transaction that does it. */
export function note(
  tx: Transaction,
  { identity, address }: Administration,
  deed: {
    /** `<entity>.<past>`, such as `library_prompt.overridden`. */
    action: string
    targetType: string
    targetId: string | null
    targetName: string | null
    details: Record<string, unknown>
  },
): Promise<void> {
  const { organizationId, userId, principal } = identity
  const who = { organizationId, userId, principal, address }
  return addAuditEntry(tx, auditEntries, { ...who, ...deed, id: newId(), at: new Date() })
}

export function isAdmin({ role }: Identity): boolean {
  return role === 'owner' || role === 'admin'
}
