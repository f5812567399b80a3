import type postgres from 'postgres'
import { AppError } from '@quillworks/service-kit/errors'

export interface IdempotencyClaim {
  organizationId: string
  principal: string
  operation: string
  key: string
  executionId: string
  requestHash: string
}

/**
 * Binds a caller's key to an execution for 30 days. Answers the execution that the key already stands for, or null
 * where it is now bound to the given one; the same key with another request is `idempotency.mismatch`.
 */
export async function bindIdempotencyKey(
  tx: postgres.TransactionSql,
  claim: IdempotencyClaim,
): Promise<string | null> {
  const bound = await tx`
    insert into executions.idempotency as i (organization_id, principal, operation, key, execution_id, request_hash)
    values (${claim.organizationId}, ${claim.principal}, ${claim.operation}, ${claim.key}, ${claim.executionId},
      ${claim.requestHash})
    on conflict (organization_id, principal, operation, key) do update
      set execution_id = excluded.execution_id, request_hash = excluded.request_hash, created_at = now()
      where i.created_at < now() - interval '30 days'
    returning execution_id`
  if (bound.length > 0) return null
  const [existing] = await tx<{ execution_id: string; request_hash: string }[]>`
    select execution_id, request_hash from executions.idempotency
    where organization_id = ${claim.organizationId} and principal = ${claim.principal}
      and operation = ${claim.operation} and key = ${claim.key}`
  if (!existing) throw new AppError('service.unavailable', 'Try again.')
  if (existing.request_hash !== claim.requestHash) {
    throw new AppError('idempotency.mismatch', 'This idempotencyKey was used before with another request.')
  }
  return existing.execution_id
}
