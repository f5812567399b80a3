import { hasScope, type Identity } from '@quillworks/service-kit/identity'

export const visibilities = ['private', 'organization'] as const

/** Whose an execution is, and with whom they share it. */
export interface SeenBy {
  organizationId: string
  ownerId: string
  visibility: (typeof visibilities)[number]
}

/** Whether somebody may read an execution: the rule of row level security, which is tested to say the same. */
export function canSee(
  { organizationId, ownerId, visibility }: SeenBy,
  viewer: Pick<Identity, 'organizationId' | 'userId'>,
): boolean {
  if (organizationId !== viewer.organizationId) return false
  return visibility === 'organization' || ownerId === viewer.userId
}

/** Admins also end what members share with them: that ends work, and makes none in the owner's name. */
export const endsForOthers = (role: Identity['role']): boolean => role === 'owner' || role === 'admin'

/** Whether somebody who sees an execution may go on with it: write messages and name it. */
export function canWriteTo(ownerId: string, viewer: Identity): boolean {
  return ownerId === viewer.userId && hasScope(viewer, 'executions:write')
}

/** Whether somebody who sees an execution may end it, or stop a step of it. */
export function canEnd(ownerId: string, viewer: Identity): boolean {
  return (ownerId === viewer.userId || endsForOthers(viewer.role)) && hasScope(viewer, 'executions:write')
}
