import type { Identity } from '@quillworks/service-kit/identity'
import { eq } from 'drizzle-orm'
import type { IdentityDependencies } from '../graphql/context.ts'
import type { StatusMode } from '../status-mode.ts'
import { requirePerson } from './account.usecases.ts'
import { users } from './accounts.table.ts'

/** How somebody follows what runs: as they chose, else as the deployment is set. */
export async function readStatusMode(
  { database, statusMode }: Pick<IdentityDependencies, 'database' | 'statusMode'>,
  identity: Identity,
): Promise<StatusMode> {
  const [user] = await database.run(({ orm }) =>
    orm.select({ chosen: users.statusMode }).from(users).where(eq(users.id, identity.userId)),
  )
  return user?.chosen ?? statusMode
}

/** Keeps how the signed-in person follows what runs, in all browsers; null for the deployment's way. */
export async function setStatusMode(
  { database }: Pick<IdentityDependencies, 'database'>,
  identity: Identity,
  mode: StatusMode | null,
): Promise<void> {
  requirePerson(identity)
  await database.run(({ orm }) =>
    orm.update(users).set({ statusMode: mode, updatedAt: new Date() }).where(eq(users.id, identity.userId)),
  )
}
