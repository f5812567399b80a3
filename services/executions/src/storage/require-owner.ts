import { AppError } from '@quillworks/service-kit/errors'

/** Refuses with `auth.forbidden` what is for the owner of an execution that others see. */
export function requireOwner(
  ownerId: string,
  { userId, othersToo }: { userId: string; othersToo: boolean },
): void {
  if (ownerId === userId || othersToo) return
  throw new AppError(
    'auth.forbidden',
    'This execution is somebody else’s. Its owner changes it, and admins of the organization may end it. Fork or retry it to go on with one of your own.',
  )
}
