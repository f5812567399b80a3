/** Why one is here again without being signed in, as the address says it: `?reason=link_expired`. */
const reasons: Record<string, string> = {
  link_expired:
    'This link was used already or is older than ten minutes. Nothing is lost: a new one signs you in.',
  oidc_no_invitation:
    'There is no account for your address here. Ask an admin for an invitation, then try again.',
  oidc_unverified:
    'Your address is not confirmed there, so it cannot be trusted here. Confirm it first, or sign in with a password.',
  oidc_denied: 'It was not allowed there. You can try again, or sign in with a password.',
  oidc_expired: 'It took too long or began in another window. Try again.',
  oidc_failed: 'The other service did not answer as it should. Try again, or sign in with a password.',
}

/** The words for a reason, none where there is nothing to say. */
export function reasonText(reason: string | null): string | undefined {
  return reason === null ? undefined : reasons[reason]
}

const refusals: Record<number, string> = {
  400: 'This is not a full e-mail address. Check it: it looks like ada@example.org.',
  401: 'E-mail and password do not belong together. Check both and try again.',
  403: 'This account may not sign in here.',
  429: 'Too many attempts. Wait a minute, then try again.',
}

/** Signs in with a password; undefined where it came off, else what is in its way. Browser only. */
export async function signInByPassword(input: {
  email: string
  password: string
}): Promise<string | undefined> {
  const response = await fetch('/api/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  }).catch(() => undefined)
  if (!response) return 'The server could not be reached. Check the connection and try again.'
  if (response.ok) return undefined
  return refusals[response.status] ?? 'The server could not check the password now. Try again in a moment.'
}
