import type { Database } from '@quillworks/database/connect'
import type { SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import type { Auth } from '../auth.ts'
import type { People } from '../accounts/people.ts'
import type { AccessChange } from '../principal/access-changes.ts'

/** What the identity area works with. */
export interface IdentityDependencies {
  database: Database
  auth: Auth
  people: People
  secret: string
  /** The address that people use, for links. */
  publicUrl: string
  /** Told after each change of what somebody may do. */
  accessChanged: (change: AccessChange) => void
}

export interface IdentityContext extends SubgraphContext {
  dependencies: IdentityDependencies
}
