import type { MemberRole } from '../organizations/organizations.table.ts'

/** How people sign in through an OpenID Connect provider. */
export interface OidcSettings {
  /** As the provider states it, without a slash at the end. */
  issuer: string
  clientId: string
  clientSecret: string
  /** What the button says. */
  name: string
  /** Domains whose people may come without an invitation, in lower case. */
  domains: readonly string[]
  /** The slug of the organization that they join; the oldest where empty. */
  organization: string
  role: Exclude<MemberRole, 'owner'>
  /** Takes addresses for verified of which the provider does not say that they are not. */
  trustEmail: boolean
}

/** Where the provider sends people back to, to be registered there. */
export const oidcCallbackPath = '/api/auth/callback/oidc'

/** The provider in better-auth's words, and in `accounts`. */
export const oidcProviderId = 'oidc'

/** A path of this deployment's own pages; the start page for anything else. */
export function localPath(text: string | null): string {
  const fits = text !== null && text.length <= 500 && /^\/(?![/\\])[\x21-\x7e]*$/.test(text)
  return fits && !text.includes('\\') ? text : '/'
}

const reasons = new Map(
  Object.entries({
    signup_disabled: 'oidc_no_invitation',
    account_not_linked: 'oidc_unverified',
    email_not_found: 'oidc_unverified',
    access_denied: 'oidc_denied',
    state_mismatch: 'oidc_expired',
    state_not_found: 'oidc_expired',
    invalid_code: 'oidc_expired',
  }),
)

/** Why a sign-in through the provider failed, for the page that shows it; what the provider wrote is not repeated. */
export function reasonFor(error: string | null): string {
  return reasons.get(error ?? '') ?? 'oidc_failed'
}
