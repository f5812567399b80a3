import { addAuditEntry } from '@quillworks/database/audit'
import type { Transaction } from '@quillworks/database/connect'
import { newId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import { auditEntries } from './audit.table.ts'

/** Who acts in an organization, and from where, as far as that is known. */
export type Actor = Pick<Identity, 'organizationId' | 'userId' | 'principal'> & {
  clientAddress?: string | undefined
}

/** An identity that changes something, with its place. */
export type ActingIdentity = Identity & Pick<Actor, 'clientAddress'>

/** What was done. */
export interface Deed {
  /** `<entity>.<past>`; stable, and known to programs. */
  action: string
  target: { type: string; id?: string | null; name?: string | null }
  details?: Record<string, unknown>
}

/** Notes a deed in the transaction that does it: there is neither without the other. */
export async function audit(tx: Transaction, actor: Actor, { action, target, details }: Deed): Promise<void> {
  await addAuditEntry(tx, auditEntries, {
    organizationId: actor.organizationId,
    id: newId(),
    at: new Date(),
    userId: actor.userId,
    principal: actor.principal,
    address: actor.clientAddress ?? null,
    action,
    targetType: target.type,
    targetId: target.id ?? null,
    targetName: target.name ?? null,
    details: details ?? {},
  })
}
