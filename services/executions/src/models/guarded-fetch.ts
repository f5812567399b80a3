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
  /** All addresses of a host; the system's resolver by default, each answer for ten seconds. */
  resolve?: Resolve
  /** More trusted certificates, for servers with a private authority. */
  certificates?: string[]
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map((each) => each.address)
}

const rememberedMs = 10_000

/** Answers as `resolve` did less than ten seconds ago, so that not each call waits for it; failures are asked again. */
export function remembering(resolve: Resolve, now: () => number = () => performance.now()): Resolve {
  const known = new Map<string, { until: number; addresses: Promise<string[]> }>()
  return (host) => {
    const found = known.get(host)
    if (found && now() < found.until) return found.addresses
    const asked = { until: now() + rememberedMs, addresses: resolve(host) }
    known.set(host, asked)
    asked.addresses.catch(() => {
      if (known.get(host) === asked) known.delete(host)
    })
    return asked.addresses
  }
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
export function createGuardedFetch(options: GuardOptions): Fetch {
  const { allow, resolve = remembering(systemResolve), certificates } = options
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
