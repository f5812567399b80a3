import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { OidcSettings } from '../src/identity/oidc/oidc-settings.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { startOidcProvider } from './oidc-provider.ts'
import { until } from './until.ts'

const settings: Omit<OidcSettings, 'issuer'> = {
  clientId: 'quillworks',
  clientSecret: 'client-secret',
  name: 'Acme',
  domains: ['acme.example'],
  organization: '',
  role: 'viewer',
  trustEmail: false,
}
let provider: Awaited<ReturnType<typeof startOidcProvider>>
let gateway: TestGateway
beforeAll(async () => {
  provider = await startOidcProvider()
  gateway = await startTestGateway({ oidc: { ...settings, issuer: provider.issuer } })
})
afterAll(async () => {
  await gateway.close()
  await provider.stop()
})

/** A browser: cookies by name, no redirect followed by itself. */
function browser() {
  const cookies = new Map<string, string>()
  return {
    cookies,
    async open(url: string) {
      const own = url.replace('http://localhost', gateway.url)
      const response = await fetch(new URL(own, gateway.url), {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      })
      for (const one of response.headers.getSetCookie()) {
        const [pair = ''] = one.split(';')
        const [name = '', ...value] = pair.split('=')
        if (/max-age=0/i.test(one)) cookies.delete(name)
        else cookies.set(name, value.join('='))
      }
      await response.body?.cancel()
      return { status: response.status, location: response.headers.get('location') ?? '' }
    },
  }
}
type Browser = ReturnType<typeof browser>

/** Goes to the provider and comes back; gives the address at which the provider sends the browser back. */
async function toProvider(tab: Browser, to = '/prompts'): Promise<string> {
  const started = await tab.open(`/api/auth/oidc?to=${encodeURIComponent(to)}`)
  expect(started.location).toStartWith(`${provider.issuer}/authorize?`)
  return (await tab.open(started.location)).location
}

async function signIn(tab: Browser, to?: string): Promise<string> {
  return (await tab.open(await toProvider(tab, to))).location
}

async function viewer(tab: Browser) {
  const cookie = [...tab.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await gateway.ask(
    '{ viewer { user { name email } organization { name role } } }',
    {},
    { cookie },
  )
  return answer.data?.['viewer'] ?? answer.errors?.[0]?.extensions['code']
}

async function invite(email: string) {
  const answer = await gateway.ask(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { url } }',
    { input: { email, role: 'member' } },
  )
  expect(answer.errors).toBeUndefined()
}
const person = (name: string, more: object = {}) => ({
  claims: { sub: `sub-${name}`, email: `${name}@elsewhere.example`, email_verified: true, name, ...more },
})

describe('signing in through a provider', () => {
  test('is offered to anybody', async () => {
    const answer = await gateway.ask('{ signInMethods { password oidc { name path } } }', {}, { cookie: '' })
    expect(answer.data).toEqual({
      signInMethods: { password: true, oidc: { name: 'Acme', path: '/api/auth/oidc' } },
    })
  })

  test('makes an account for who was invited, once, and leads where they wanted to go', async () => {
    await invite('ada@elsewhere.example')
    provider.play(person('ada', { email: 'Ada@Elsewhere.Example', name: 'Ada' }))
    const tab = browser()
    expect(await signIn(tab, '/prompts?tag=x')).toEndWith('/prompts?tag=x')
    const ada = {
      user: { name: 'Ada', email: 'ada@elsewhere.example' },
      organization: { name: 'My workspace', role: 'member' },
    }
    expect(await viewer(tab)).toEqual(ada)
    // From now on the account is the subject's, whatever its address is called.
    provider.play(person('ada', { email: 'new-name@elsewhere.example', email_verified: false }))
    const later = browser()
    expect(await signIn(later)).toEndWith('/prompts')
    expect(await viewer(later)).toEqual(ada)
    const log = await gateway.ask(
      '{ auditLog(first: 5) { edges { node { action clientAddress details actor { email } } } } }',
    )
    const entry = { clientAddress: '127.0.0.1', actor: { email: 'ada@elsewhere.example' } }
    const signedIn = { action: 'user.signed_in', details: { method: 'oidc' }, ...entry }
    const { auditLog } = log.data as { auditLog: { edges: { node: object }[] } }
    expect(auditLog.edges.slice(0, 3).map(({ node }) => node)).toEqual([
      signedIn,
      signedIn,
      { action: 'invitation.accepted', details: { role: 'member', by: 'oidc' }, ...entry },
    ])
  })

  test('lets people of an allowed domain in with the role that is set', async () => {
    provider.play(person('bob', { email: 'bob@acme.example' }))
    const tab = browser()
    await signIn(tab)
    expect(await viewer(tab)).toMatchObject({ organization: { role: 'viewer' } })
    for (const email of [
      'eve@sub.acme.example',
      'eve@acme.example.evil.example',
      'acme.example@evil.example',
    ]) {
      provider.play(person('eve', { email }))
      expect(await signIn(browser())).toBe('/sign-in?reason=oidc_no_invitation')
    }
  })

  test('reads the address where it is not in the ID token', async () => {
    provider.play({ ...person('carl', { email: 'carl@acme.example' }), emailByUserInfo: true })
    const tab = browser()
    await signIn(tab)
    expect(await viewer(tab)).toMatchObject({ user: { email: 'carl@acme.example' } })
  })

  test('joins an account that has the address already', async () => {
    await invite('dora@elsewhere.example')
    const { sql } = gateway.identity.database
    provider.play(person('dora'))
    await signIn(browser())
    await sql`delete from identity.accounts where account_id = 'sub-dora'`
    expect(await signIn(browser())).toEndWith('/prompts')
    expect((await sql`select 1 from identity.users where email = 'dora@elsewhere.example'`).length).toBe(1)
  })
})

describe('nobody is signed in', () => {
  async function refused(reason: string, tab: Browser, location: string) {
    expect(location).toBe(`/sign-in?reason=${reason}`)
    expect(await viewer(tab)).toBe('auth.unauthenticated')
  }

  test('without an invitation or an allowed domain', async () => {
    provider.play(person('nobody'))
    const tab = browser()
    await refused('oidc_no_invitation', tab, await signIn(tab))
    const { sql } = gateway.identity.database
    expect((await sql`select 1 from identity.users where email like 'nobody@%'`).length).toBe(0)
  })

  test('with an address that the provider does not vouch for', async () => {
    await invite('frank@elsewhere.example')
    for (const over of [{ email_verified: false }, { email_verified: undefined }, { email: undefined }]) {
      provider.play(person('frank', over))
      const tab = browser()
      const location = await signIn(tab)
      expect(location).toMatch(/oidc_(no_invitation|unverified)$/)
      expect(await viewer(tab)).toBe('auth.unauthenticated')
    }
    // Nor into an account that has it already.
    provider.play(person('mallory', { email: 'ada@elsewhere.example', email_verified: false }))
    const tab = browser()
    await refused('oidc_unverified', tab, await signIn(tab))
    // Which the audit log tells of the account.
    let entries: unknown
    await until(async () => {
      const { data } = await gateway.ask(
        `{ auditLog(filter: { action: ["user.sign_in_failed"] }) {
          edges { node { clientAddress details actor { email } target { name } } } } }`,
      )
      entries = data?.['auditLog']
      return JSON.stringify(entries).includes('oidc')
    })
    const email = 'ada@elsewhere.example'
    const node = {
      clientAddress: '127.0.0.1',
      details: { method: 'oidc' },
      actor: { email },
      target: { name: email },
    }
    expect(entries).toEqual({ edges: [{ node }] })
  })

  test.each(['wrongNonce', 'wrongKey', 'wrongIssuer', 'noIdToken'] as const)(
    'by an answer with %s',
    async (fault) => {
      provider.play({ ...person('gina', { email: 'gina@acme.example' }), [fault]: true })
      const tab = browser()
      await refused('oidc_failed', tab, await signIn(tab))
      const { sql } = gateway.identity.database
      expect((await sql`select 1 from identity.users where email = 'gina@acme.example'`).length).toBe(0)
    },
  )

  test('who says no at the provider', async () => {
    provider.play({ ...person('hal', { email: 'hal@acme.example' }), denied: true })
    const tab = browser()
    await refused('oidc_denied', tab, await signIn(tab))
  })

  test('in another browser than the one that began, or twice by the same answer', async () => {
    provider.play(person('ivy', { email: 'ivy@acme.example' }))
    const began = browser()
    const back = await toProvider(began)
    const victim = browser()
    await refused('oidc_expired', victim, (await victim.open(back)).location)

    const once = browser()
    const answer = await toProvider(once)
    expect((await once.open(answer)).location).toEndWith('/prompts')
    const again = browser()
    again.cookies.clear()
    await refused('oidc_expired', again, (await again.open(answer)).location)
  })

  test('with a made-up state or code', async () => {
    const tab = browser()
    await refused(
      'oidc_expired',
      tab,
      (await tab.open('/api/auth/callback/oidc?state=made-up&code=x')).location,
    )
    await refused('oidc_expired', tab, (await tab.open('/api/auth/callback/oidc?code=x')).location)
    const back = new URL(await toProvider(tab))
    back.searchParams.set('code', 'made-up')
    await refused('oidc_expired', tab, (await tab.open(back.href)).location)
  })
})

test('a way back that leads elsewhere is not taken', async () => {
  provider.play(person('kim', { email: 'kim@acme.example' }))
  for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
    const location = await signIn(browser(), to)
    expect(new URL(location, 'http://localhost').href).toBe('http://localhost/')
  }
})

test('a provider that is away is said to be so, and found once it is back', async () => {
  const away = await startOidcProvider()
  await away.stop()
  const other = await startTestGateway({ oidc: { ...settings, issuer: away.issuer } })
  const start = async () => {
    const answer = await fetch(`${other.url}/api/auth/oidc`, { redirect: 'manual' })
    return answer.headers.get('location')
  }
  expect(await start()).toBe('/sign-in?reason=oidc_unavailable')
  const back = await startOidcProvider(away.port)
  expect(await start()).toStartWith(`${back.issuer}/authorize?`)
  await back.stop()
  await other.close()
})

test('a deployment without a provider offers none', async () => {
  const other = await startTestGateway()
  const { data } = await other.ask('{ signInMethods { password oidc { name } } }', {}, { cookie: '' })
  expect(data).toEqual({ signInMethods: { password: true, oidc: null } })
  for (const path of ['/api/auth/oidc', '/api/auth/callback/oidc', '/api/auth/sign-in/social'])
    expect((await fetch(`${other.url}${path}`, { redirect: 'manual' })).status).toBe(404)
  await other.close()
})
