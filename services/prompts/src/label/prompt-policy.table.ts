import { instant, tenantPolicies } from '@quillworks/database/policies'
import { jsonb, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'

/** What an organization has decided about its prompts. */
export const promptPolicies = promptsSchema.table(
  'prompt_policies',
  {
    organizationId: uuid('organization_id').primaryKey(),
    /** Labels that only admins and owners move. */
    protectedLabels: jsonb('protected_labels').$type<string[]>().notNull(),
    /** Labels whose moves somebody else has to approve. */
    reviewedLabels: jsonb('reviewed_labels').$type<string[]>().notNull().default([]),
    setBy: uuid('set_by').notNull(),
    setAt: instant('set_at').notNull(),
  },
  () => tenantPolicies({ service: 'prompts', visibility: false, system: false }),
)
