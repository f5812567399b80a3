import type { Logger } from '@quillworks/service-kit/logger'
import { z } from 'zod'
import type { Topics } from '../../live/topics.ts'

const changeSchema = z.object({
  /** Whose rights have changed in the organization: a member's with all their keys, or one key's. */
  organizationId: z.uuid(),
  userId: z.uuid().optional(),
  principal: z.string().optional(),
})

/** Somebody's rights are no longer what they were. */
export type AccessChange = z.infer<typeof changeSchema>

/** Between the replicas of the gateway alone; a tap can neither hear nor say it. */
export const accessSubject = 'qw-access.changed'

/** True where a change touches what this caller may do. */
export function isTouched(
  change: AccessChange,
  caller: { organizationId: string; userId: string; principal: string },
): boolean {
  if (caller.organizationId !== change.organizationId) return false
  return caller.userId === change.userId || caller.principal === change.principal
}

/**
 * Tells all that remembers rights, here at once and in the other replicas by NATS, that some have changed. A message
 * that is lost costs nothing but time: what was remembered is asked again within 5 seconds anyway.
 */
export function createAccessChanges(input: {
  publish: (subject: string, body: string) => void
  topics: Pick<Topics, 'listen'>
  logger: Logger
}) {
  const listeners = new Set<(change: AccessChange) => void>()
  const spread = (change: AccessChange) => listeners.forEach((listener) => listener(change))

  input.topics.listen(accessSubject, ({ data }) => {
    const parsed = changeSchema.safeParse(data)
    if (parsed.success) spread(parsed.data)
  })
  return {
    tell: (change: AccessChange): void => {
      spread(change)
      try {
        input.publish(accessSubject, JSON.stringify(change))
      } catch (error) {
        input.logger.warn({ err: error }, 'Other replicas could not be told of a change of access')
      }
    },
    listen(listener: (change: AccessChange) => void): void {
      listeners.add(listener)
    },
  }
}

export type AccessChanges = ReturnType<typeof createAccessChanges>
