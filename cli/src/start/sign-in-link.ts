import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { z } from 'zod'

const answerSchema = z.object({
  url: z.url(),
  userId: z.uuid(),
  organizationId: z.uuid(),
  projectId: z.uuid(),
})

/** A link that signs the owner in once, and the workspace that it opens. */
export type OwnerLink = z.infer<typeof answerSchema>

/** Asks the gateway for the local owner's link; nothing when it gives none. */
export async function ownerLink(input: { gateway: string; secret: string }): Promise<OwnerLink | undefined> {
  try {
    const response = await fetch(`${input.gateway}/internal/local-owner-link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await signLocalAdmin({ secret: input.secret })}` },
      signal: AbortSignal.timeout(10_000),
    })
    return answerSchema.parse(await response.json())
  } catch {
    return undefined
  }
}
