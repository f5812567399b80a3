import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { z } from 'zod'

const linkSchema = z.looseObject({ url: z.url() })

/** A link that signs the owner in once, which whoever holds the secret may have; undefined where the gateway gives none. */
export async function ownerLink(input: { url: string; secret: string }): Promise<string | undefined> {
  const response = await fetch(`${input.url}/internal/local-owner-link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await signLocalAdmin({ secret: input.secret })}` },
    signal: AbortSignal.timeout(10_000),
  })
  const body: unknown = await response.json().catch(() => undefined)
  const parsed = linkSchema.safeParse(body)
  return response.ok && parsed.success ? parsed.data.url : undefined
}

/**
 * Signs the owner in by that link, as a browser would, and gives the session's cookie. For deployments that take sessions
 * and keys only.
 */
export async function openOwnerSession(input: { url: string; secret: string }): Promise<string | undefined> {
  const link = await ownerLink(input)
  if (!link) return undefined
  // The link names the address that people use, which may not be reachable from here.
  const { pathname, search } = new URL(link)
  const response = await fetch(`${input.url}${pathname}${search}`, {
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
  return cookies.length > 0 ? cookies.join('; ') : undefined
}
