import type { Database } from '@quillworks/database/connect'
import type { SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import type { ActingIdentity } from '../audit/audit.ts'
import type { ReadServiceAudit } from '../audit/audit-log.usecases.ts'
import type { Auth } from '../auth.ts'
import type { Oidc } from '../oidc/oidc.ts'
import type { People } from '../accounts/people.ts'
import type { StatusMode } from '../status-mode.ts'
import type { AccessChange } from '../principal/access-changes.ts'

/** What the identity area works with. */
export interface IdentityDependencies {
  database: Database
  auth: Auth
  /** Undefined where the deployment has no provider. */
  oidc: Oidc | undefined
  people: People
  secret: string
  /** How people follow what runs who have not chosen. */
  statusMode: StatusMode
  /** The address that people use, for links. */
  publicUrl: string
  /** Where the audit log has entries beside its own. */
  serviceAudits: ReadServiceAudit[]
  /** Told after each change of what somebody may do. */
  accessChanged: (change: AccessChange) => void
}

export interface IdentityContext extends SubgraphContext {
  dependencies: IdentityDependencies
  clientAddress?: string | undefined
}

/** Who changes something, and from where. */
export function actingOf({
  identity,
  clientAddress,
}: Pick<IdentityContext, 'identity' | 'clientAddress'>): ActingIdentity {
  return { ...identity, ...(clientAddress ? { clientAddress } : {}) }
}
