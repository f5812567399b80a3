import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isAddressAllowed, type AllowList } from './address-rules.ts'

/** The request was not sent: its address is not allowed, or the server wanted to send it elsewhere. */
export class HostRefusedError extends Error {
  constructor(
    readonly host: string,
    readonly reason: 'private' | 'redirect' | 'url',
  ) {
    super(`refused to connect to ${host} (${reason})`)
    this.name = 'HostRefusedError'
  }
}

export type Resolve = (host: string) => Promise<string[]>
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export interface GuardOptions {
  allow: AllowList
  /** All addresses of a host; the system's resolver by default. */
  resolve?: Resolve
  /** More trusted certificates, for servers with a private authority. */
  certificates?: string[]
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map((each) => each.address)
}

/** Nothing has been sent when the connection could not be opened, so another address may be tried. */
function isConnectFailure(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return ['ConnectionRefused', 'ECONNREFUSED', 'FailedToOpenSocket', 'EHOSTUNREACH', 'ENETUNREACH'].includes(
    String(code),
  )
}

/**
 * A `fetch` that resolves the host once, checks every address and connects to a checked one, so that a second
 * answer of the resolver changes nothing. The address stands in the URL, the name in the Host header and in TLS,
 * where the certificate is checked against it. Redirects are refused: no key follows one.
 */
export function createGuardedFetch({ allow, resolve = systemResolve, certificates }: GuardOptions): Fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const isTls = url.protocol === 'https:'
    if (!(isTls || url.protocol === 'http:') || url.username !== '')
      throw new HostRefusedError(url.host, 'url')

    const host = url.hostname.replace(/^\[|\]$/g, '')
    const addresses = isIP(host) === 0 ? await resolve(host) : [host]
    const port = url.port || (isTls ? '443' : '80')
    if (addresses.length === 0 || !addresses.every((each) => isAddressAllowed(allow, host, port, each))) {
      throw new HostRefusedError(url.host, 'private')
    }

    const headers = new Headers(init.headers)
    headers.set('host', url.host)
    const tls = { serverName: host, ...(certificates === undefined ? {} : { ca: certificates }) }
    const ordered = addresses.toSorted((a, b) => isIP(a) - isIP(b))
    for (const [index, address] of ordered.entries()) {
      const pinned = new URL(url)
      pinned.hostname = isIP(address) === 6 ? `[${address}]` : address
      try {
        const response = await fetch(pinned, {
          ...init,
          headers,
          redirect: 'manual',
          ...(isTls ? { tls } : {}),
        })
        if (response.status >= 300 && response.status < 400) {
          await response.body?.cancel()
          throw new HostRefusedError(url.host, 'redirect')
        }
        return response
      } catch (error) {
        if (index === ordered.length - 1 || !isConnectFailure(error)) throw error
      }
    }
    throw new HostRefusedError(url.host, 'private')
  }
}
