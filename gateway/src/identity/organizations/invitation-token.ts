import { createHmac, timingSafeEqual } from 'node:crypto'
import { isId } from '@quillworks/service-kit/ids'
import { deriveKey } from '@quillworks/service-kit/keys'

function mac(secret: string, id: string): Buffer {
  return createHmac('sha256', deriveKey(secret, 'invitation')).update(id).digest()
}

/** The text in an invitation's link; only a holder of the secret can make one, so ids alone open nothing. */
export function invitationToken(input: { secret: string; id: string }): string {
  return `${input.id}.${mac(input.secret, input.id).toString('base64url')}`
}

/** The invitation's id, or undefined for a token that was not made here. */
export function readInvitationToken(input: { secret: string; token: string }): string | undefined {
  const [id = '', given = ''] = input.token.split('.', 2)
  if (!isId(id)) return undefined
  const expected = mac(input.secret, id)
  const bytes = Buffer.from(given, 'base64url')
  return bytes.length === expected.length && timingSafeEqual(bytes, expected) ? id : undefined
}
