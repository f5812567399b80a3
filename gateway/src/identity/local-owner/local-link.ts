import { createHash, randomBytes } from 'node:crypto'

/** How long a one-time sign-in link lasts, in milliseconds. */
export const linkLifeMs = 10 * 60_000

/** 256 random bits, safe in a URL; shown once and stored only as a hash. */
export function newLinkToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored in place of the token. */
export function linkIdentifier(token: string): string {
  return `local-link:${createHash('sha256').update(token).digest('base64url')}`
}
