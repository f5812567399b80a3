import type { Database, Transaction } from '@quillworks/database/connect'
import { readAsTenant, withTenant } from '@quillworks/database/tenant'
import type { Identity } from '@quillworks/service-kit/identity'

/** In whose name a use case acts, and with what. */
export interface UseCase {
  database: Database
  identity: Identity
  /** Called after each commit that wrote events, so that they go out at once. */
  eventsWritten: () => void
}

/** Reads in one transaction what the caller may see. */
export function read<T>(useCase: UseCase, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const { organizationId, userId } = useCase.identity
  return readAsTenant(useCase.database, { organizationId, userId }, work)
}

/** Reads and writes in one transaction, in which there are no events. */
export function store<T>(useCase: UseCase, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const { organizationId, userId } = useCase.identity
  return withTenant(useCase.database, { organizationId, userId }, work)
}

/** As `store`; the events written inside go out right after the commit. */
export async function write<T>(useCase: UseCase, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const result = await store(useCase, work)
  useCase.eventsWritten()
  return result
}
