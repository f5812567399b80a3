import { session } from '../live/session.svelte.ts'
import { signInRoute } from '../routes.ts'
import { forgetDrafts } from '../run/drafts.ts'

/** Ends the session and leaves for the sign-in page, with a full load so that nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  const response = await fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  if (!response.ok) throw new Error('You are still signed in: the server did not answer. Try again.')
  session.leaving = true
  forgetDrafts(sessionStorage)
  location.assign(signInRoute())
}
