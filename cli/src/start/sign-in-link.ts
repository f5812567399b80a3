import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { z } from 'zod'

const answerSchema = z.object({ url: z.url() })

/** A link that signs the owner in once, from the gateway; nothing when it gives none. */
export async function signInLink(input: { gateway: string; secret: string }): Promise<string | undefined> {
  try {
    const response = await fetch(`${input.gateway}/internal/local-owner-link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await signLocalAdmin({ secret: input.secret })}` },
      signal: AbortSignal.timeout(10_000),
    })
    return answerSchema.parse(await response.json()).url
  } catch {
    return undefined
  }
}
