import type { Transaction } from '@quillworks/database/connect'
import { and, asc, eq, or, sql, type SQL } from 'drizzle-orm'
import { anyOf } from '../any-of.ts'
import type { VariableScope } from '../template/resolve-values.ts'
import { variables, type VariableRow } from './variable.table.ts'

/** Whom a value is kept for. */
export interface Subject {
  organizationId: string
  scope: VariableScope
  subjectId: string
}

function keptFor({ organizationId, scope, subjectId }: Subject): SQL | undefined {
  return and(
    eq(variables.organizationId, organizationId),
    eq(variables.scope, scope),
    eq(variables.subjectId, subjectId),
  )
}

/** The query of the values kept for any of these, of these names only where some are given; tests explain it. */
export function variablesOf(
  tx: Pick<Transaction, 'select'>,
  { subjects, names }: { subjects: readonly Subject[]; names?: readonly string[] | undefined },
) {
  return tx
    .select()
    .from(variables)
    .where(and(or(...subjects.map(keptFor)), names && anyOf(variables.name, names)))
    .orderBy(asc(variables.name), asc(variables.scope))
}

/** The variable of a name, and how many there are for its subject, whose writers wait for each other. */
export async function lockSubject(
  tx: Transaction,
  { name, ...subject }: Subject & { name: string },
): Promise<{ current: VariableRow | undefined; count: number }> {
  const lock = `variables ${subject.organizationId} ${subject.subjectId}`
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`)
  const [current] = await variablesOf(tx, { subjects: [subject], names: [name] })
  const count = await tx.$count(variables, keptFor(subject))
  return { current, count }
}

/** Writes a variable, over the one with its id where there is one. */
export async function saveVariable(tx: Transaction, row: VariableRow): Promise<void> {
  const { value, ownerId, updatedAt } = row
  await tx
    .insert(variables)
    .values(row)
    .onConflictDoUpdate({
      target: [variables.organizationId, variables.id],
      set: { value, ownerId, updatedAt },
    })
}

/** Takes a variable away and answers it as it was, or undefined where there is none. */
export async function removeVariable(
  tx: Transaction,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<VariableRow | undefined> {
  const [row] = await tx
    .delete(variables)
    .where(and(eq(variables.organizationId, organizationId), eq(variables.id, id)))
    .returning()
  return row
}
