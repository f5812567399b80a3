import type { Transaction } from '@quillworks/database/connect'
import { and, desc, eq } from 'drizzle-orm'
import { libraryOverrides, type LibraryOverrideRow } from './library-override.table.ts'

/** The newest decision about each library prompt that there is one about. */
export function newestDecisions(tx: Transaction, organizationId: string): Promise<LibraryOverrideRow[]> {
  return tx
    .selectDistinctOn([libraryOverrides.key])
    .from(libraryOverrides)
    .where(eq(libraryOverrides.organizationId, organizationId))
    .orderBy(libraryOverrides.key, desc(libraryOverrides.number))
}

/** One decision by its number. */
export async function findDecision(
  tx: Transaction,
  { organizationId, key, number }: Pick<LibraryOverrideRow, 'organizationId' | 'key' | 'number'>,
): Promise<LibraryOverrideRow | undefined> {
  const [row] = await tx
    .select()
    .from(libraryOverrides)
    .where(
      and(
        eq(libraryOverrides.organizationId, organizationId),
        eq(libraryOverrides.key, key),
        eq(libraryOverrides.number, number),
      ),
    )
  return row
}

/** False where somebody else took this number. */
export async function insertDecision(tx: Transaction, row: LibraryOverrideRow): Promise<boolean> {
  const written = await tx
    .insert(libraryOverrides)
    .values(row)
    .onConflictDoNothing()
    .returning({ number: libraryOverrides.number })
  return written.length === 1
}
