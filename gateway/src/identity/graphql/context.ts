import type { Database } from '@quillworks/database/connect'
import type { SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import type { Auth } from '../auth.ts'

/** What the identity area works with. */
export interface IdentityDependencies {
  database: Database
  auth: Auth
  secret: string
  /** The address that people use, for links. */
  publicUrl: string
}

export interface IdentityContext extends SubgraphContext {
  dependencies: IdentityDependencies
}
