import type { Transaction } from '@quillworks/database/connect'
import { and, count, eq } from 'drizzle-orm'
import { providerKeys, type ProviderKeyRow } from './provider-key.table.ts'

/** The organization's keys, still encrypted. */
export function findKeys(tx: Transaction, organizationId: string): Promise<ProviderKeyRow[]> {
  return tx
    .select()
    .from(providerKeys)
    .where(eq(providerKeys.organizationId, organizationId))
    .orderBy(providerKeys.provider)
}

export async function countKeys(tx: Transaction, organizationId: string): Promise<number> {
  const where = eq(providerKeys.organizationId, organizationId)
  const [row] = await tx.select({ number: count() }).from(providerKeys).where(where)
  return row?.number ?? 0
}

/** Sets a provider's key in place of an older one, which goes with its check. */
export async function putKey(tx: Transaction, row: typeof providerKeys.$inferInsert): Promise<void> {
  const fresh = { checkedAt: null, checkCode: null, checkMessage: null, ...row }
  await tx
    .insert(providerKeys)
    .values(fresh)
    .onConflictDoUpdate({ target: [providerKeys.organizationId, providerKeys.provider], set: fresh })
}

const keyOf = ({ organizationId, provider }: Pick<ProviderKeyRow, 'organizationId' | 'provider'>) =>
  and(eq(providerKeys.organizationId, organizationId), eq(providerKeys.provider, provider))

/** Gives what was deleted. */
export async function deleteKey(
  tx: Transaction,
  key: Pick<ProviderKeyRow, 'organizationId' | 'provider'>,
): Promise<ProviderKeyRow | undefined> {
  const [row] = await tx.delete(providerKeys).where(keyOf(key)).returning()
  return row
}

/** Notes how a check of the key ended, if it is still the key that was checked. */
export async function noteCheck(
  tx: Transaction,
  checked: Pick<
    ProviderKeyRow,
    'organizationId' | 'provider' | 'version' | 'checkedAt' | 'checkCode' | 'checkMessage'
  >,
): Promise<void> {
  const { checkedAt, checkCode, checkMessage } = checked
  await tx
    .update(providerKeys)
    .set({ checkedAt, checkCode, checkMessage })
    .where(and(keyOf(checked), eq(providerKeys.version, checked.version)))
}
