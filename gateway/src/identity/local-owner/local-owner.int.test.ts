import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { startIdentity } from '../identity.test-utils.ts'
import { createLocalOwnerLink } from './local-owner.usecases.ts'

let identity: Awaited<ReturnType<typeof startIdentity>>
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

describe('the first local start', () => {
  test('many asking at once make one owner, one organization and one default project', async () => {
    const links = await Promise.all(Array.from({ length: 4 }, () => createLocalOwnerLink(identity)))
    expect(links.filter((link) => link.created)).toHaveLength(1)
    expect(new Set(links.map((link) => link.organizationId)).size).toBe(1)
    expect(new Set(links.map((link) => link.url)).size).toBe(4)
  })

  test('a link signs the owner in once, by a cookie that scripts cannot read', async () => {
    const { url } = await createLocalOwnerLink(identity)
    const first = await identity.open(url)
    expect(first.location).toBe('/')
    const cookie = first.response.headers.getSetCookie().join()
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    const owner = await identity.authenticate({ cookie: first.cookie })
    expect(owner).toMatchObject({ role: 'owner', scopes: ['*'] })

    const second = await identity.open(url)
    expect(second.cookie).toBe('')
    expect(second.location).toBe('/sign-in?reason=link_expired')
  })

  test('two opening one link at once sign in once', async () => {
    const { url } = await createLocalOwnerLink(identity)
    const opened = await Promise.all([identity.open(url), identity.open(url), identity.open(url)])
    expect(opened.filter((one) => one.cookie !== '')).toHaveLength(1)
  })

  test('the owner has no password that anyone could guess', async () => {
    const { response } = await identity.open('/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: identity.publicUrl },
      body: JSON.stringify({ email: 'owner@quillworks.local', password: '' }),
    })
    expect(response.status).toBeGreaterThanOrEqual(400)
    const rows = await identity.database.sql`select password from identity.accounts`
    expect(rows).toHaveLength(0)
  })

  test('the link’s token is not in the database', async () => {
    const { url } = await createLocalOwnerLink(identity)
    const token = new URL(url).searchParams.get('token') ?? 'none'
    const rows = await identity.database.sql`select v::text as row from identity.verifications v`
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.some((row) => String(row['row']).includes(token))).toBe(false)
  })
})

describe('the holder of the secret', () => {
  test('acts as the local owner in the local profile', async () => {
    const token = await signLocalAdmin({ secret: identity.secret })
    expect(await identity.authenticate({ authorization: `Bearer ${token}` })).toMatchObject({ role: 'owner' })
  })

  test('is nobody with a token of another secret', async () => {
    const token = await signLocalAdmin({ secret: 'another secret of thirty-two characters' })
    await expect(identity.authenticate({ authorization: `Bearer ${token}` })).rejects.toThrow(
      'not a valid token',
    )
  })

  test('is nobody outside the local profile', async () => {
    const production = await startIdentity({ allowLocalAdmin: false })
    try {
      const token = await signLocalAdmin({ secret: production.secret })
      await expect(production.authenticate({ authorization: `Bearer ${token}` })).rejects.toThrow(
        'keys and sessions only',
      )
    } finally {
      await production.close()
    }
  })
})

test('cookies are Secure where people come by https', async () => {
  const secure = await startIdentity({ publicUrl: 'https://quillworks.example' })
  try {
    const { url } = await createLocalOwnerLink(secure)
    const { response } = await secure.open(url)
    expect(response.headers.getSetCookie().join()).toMatch(/Secure/)
  } finally {
    await secure.close()
  }
})
