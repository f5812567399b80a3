import { redirect } from '@sveltejs/kit'
import { routes } from '../routes.ts'

export interface SignedIn {
  id: string
  name: string
  email: string
}

/**
 * Who is signed in, from better-auth. Sends everybody else to the sign-in page, from where one comes back to `url`.
 */
export async function requireSession({
  fetch,
  url,
}: {
  fetch: typeof globalThis.fetch
  url: URL
}): Promise<SignedIn> {
  const response = await fetch('/api/auth/get-session')
  if (!response.ok && response.status !== 401)
    throw new Error(`The gateway answered ${response.status} about the session`)
  const session = response.ok ? ((await response.json()) as { user: SignedIn } | null) : null
  if (!session) redirect(303, routes.signIn(url.pathname + url.search))
  const { id, name, email } = session.user
  return { id, name, email }
}
