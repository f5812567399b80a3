/** Who signs in at the provider, and what it does wrong. */
export interface OidcPlay {
  claims: Record<string, unknown>
  /** Says in the ID token that it answers another request. */
  wrongNonce?: boolean
  /** Signs with a key that it does not publish. */
  wrongKey?: boolean
  wrongIssuer?: boolean
  noIdToken?: boolean
  /** Puts no address into the ID token, only into what it tells of the user. */
  emailByUserInfo?: boolean
  /** The person says no. */
  denied?: boolean
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

const makeKeys = () =>
  crypto.subtle.generateKey(
    { ...rsa, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  )

async function jwt(key: CryptoKey, claims: object): Promise<string> {
  const text = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'k1' })}.${encode(claims)}`
  const signature = await crypto.subtle.sign(rsa, key, new TextEncoder().encode(text))
  return `${text}.${Buffer.from(signature).toString('base64url')}`
}

/** An OpenID Connect provider over real HTTP whose one user agrees at once; it checks client, redirect and PKCE itself. */
export async function startOidcProvider(wantedPort = 0) {
  const [keys, strangers] = await Promise.all([makeKeys(), makeKeys()])
  const jwk = await crypto.subtle.exportKey('jwk', keys.publicKey)
  const grants = new Map<string, URLSearchParams>()
  let play: OidcPlay = { claims: {} }
  let issuer = ''

  async function idToken(grant: URLSearchParams): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const { email: _email, ...others } = play.claims
    return jwt((play.wrongKey ? strangers : keys).privateKey, {
      iss: play.wrongIssuer ? 'https://other.example' : issuer,
      aud: 'quillworks',
      iat: now,
      exp: now + 300,
      nonce: play.wrongNonce ? 'another' : grant.get('nonce'),
      ...(play.emailByUserInfo ? others : play.claims),
    })
  }

  async function token(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text())
    const basic = `Basic ${Buffer.from('quillworks:client-secret').toString('base64')}`
    const isClient =
      request.headers.get('authorization') === basic || form.get('client_secret') === 'client-secret'
    const code = form.get('code') ?? ''
    const grant = grants.get(code)
    grants.delete(code)
    const hash = new Bun.CryptoHasher('sha256').update(form.get('code_verifier') ?? '').digest('base64url')
    const fits =
      grant?.get('redirect_uri') === form.get('redirect_uri') && grant?.get('code_challenge') === hash
    if (!isClient || !grant || !fits) return Response.json({ error: 'invalid_grant' }, { status: 400 })
    return Response.json({
      access_token: 'access',
      token_type: 'Bearer',
      expires_in: 300,
      ...(play.noIdToken ? {} : { id_token: await idToken(grant) }),
    })
  }

  function authorize({ searchParams }: URL): Response {
    const back = new URL(searchParams.get('redirect_uri') ?? '')
    back.searchParams.set('state', searchParams.get('state') ?? '')
    if (play.denied) back.searchParams.set('error', 'access_denied')
    else {
      const code = crypto.randomUUID()
      grants.set(code, searchParams)
      back.searchParams.set('code', code)
    }
    return Response.redirect(back.href)
  }

  const server = Bun.serve({
    port: wantedPort,
    hostname: '127.0.0.1',
    fetch(request): Response | Promise<Response> {
      const url = new URL(request.url)
      switch (url.pathname) {
        case '/.well-known/openid-configuration':
          return Response.json({
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            userinfo_endpoint: `${issuer}/userinfo`,
            jwks_uri: `${issuer}/jwks`,
            response_types_supported: ['code'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256'],
          })
        case '/jwks':
          return Response.json({ keys: [{ ...jwk, kid: 'k1', alg: 'RS256', use: 'sig' }] })
        case '/authorize':
          return authorize(url)
        case '/token':
          return token(request)
        case '/userinfo':
          return Response.json(play.claims)
        default:
          return new Response(null, { status: 404 })
      }
    },
  })
  const port = server.port ?? 0
  issuer = `http://127.0.0.1:${port}`

  return {
    issuer,
    port,
    play: (next: OidcPlay) => {
      play = next
    },
    stop: () => server.stop(true),
  }
}
