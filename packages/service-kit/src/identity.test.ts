import { describe, expect, test } from 'bun:test'
import { SignJWT } from 'jose'
import { AppError } from './errors.ts'
import { hasScope, type Identity, requireScope, signIdentity, verifyIdentity } from './identity.ts'
import { newId } from './ids.ts'
import { deriveKey } from './keys.ts'

const secret = 's'.repeat(32)
const identity: Identity = {
  userId: newId(),
  organizationId: newId(),
  projectId: newId(),
  role: 'member',
  scopes: ['prompts:read', 'prompts:write'],
  principal: 'user:1',
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof AppError ? error.code : 'none'
}

describe('a signed identity', () => {
  test('comes back as it was for its audience', async () => {
    const token = await signIdentity({ secret, audience: 'prompts', identity })
    expect(await verifyIdentity({ secret, audience: 'prompts', token })).toEqual(identity)
  })

  test('is refused for another audience, another secret, after a change, and when missing', async () => {
    const token = await signIdentity({ secret, audience: 'prompts', identity })
    const [head, , signature] = token.split('.')
    const forged = Buffer.from(
      JSON.stringify({ identity: { ...identity, role: 'owner' }, aud: 'prompts' }),
    ).toString('base64url')
    const attempts = [
      { audience: 'executions', token },
      { audience: 'prompts', token, secret: 'x'.repeat(32) },
      { audience: 'prompts', token: `${head}.${forged}.${signature}` },
      { audience: 'prompts', token: undefined },
    ]
    for (const attempt of attempts) {
      expect(await codeOf(verifyIdentity({ secret, ...attempt }))).toBe('auth.unauthenticated')
    }
  })

  test('is refused after its life and with no algorithm', async () => {
    const expired = await new SignJWT({ identity })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('quillworks')
      .setAudience('prompts')
      .setExpirationTime(Math.floor(Date.now() / 1000) - 10)
      .sign(deriveKey(secret, 'identity'))
    const body = Buffer.from(JSON.stringify({ identity, aud: 'prompts', iss: 'quillworks' })).toString(
      'base64url',
    )
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
    for (const token of [expired, unsigned]) {
      expect(await codeOf(verifyIdentity({ secret, audience: 'prompts', token }))).toBe(
        'auth.unauthenticated',
      )
    }
  })
})

describe('scopes', () => {
  test('allow what they name, or all', () => {
    expect(hasScope(identity, 'prompts:write')).toBe(true)
    expect(hasScope(identity, 'executions:read')).toBe(false)
    expect(hasScope({ ...identity, scopes: ['*'] }, 'executions:read')).toBe(true)
  })

  test('let a viewer write nothing, even with all of them', () => {
    const viewer: Identity = { ...identity, role: 'viewer', scopes: ['*'] }
    expect(hasScope(viewer, 'prompts:read')).toBe(true)
    expect(() => requireScope(viewer, 'prompts:write')).toThrow(/viewer can read/)
  })
})
