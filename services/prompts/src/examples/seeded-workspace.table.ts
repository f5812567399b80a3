import { instant, tenantPolicies } from '@quillworks/database/policies'
import { uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'

/** The organizations that were given their example prompts: an example that was deleted does not come back. */
export const seededWorkspaces = promptsSchema.table(
  'seeded_workspaces',
  {
    organizationId: uuid('organization_id').primaryKey(),
    seededAt: instant('seeded_at').notNull().defaultNow(),
  },
  () => tenantPolicies({ service: 'prompts', visibility: false, system: false }),
)
