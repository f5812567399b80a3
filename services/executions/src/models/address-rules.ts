import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Hosts that may be reached though their addresses are private: `host`, `host:port`, an address, or a CIDR range. */
export interface AllowList {
  hosts: ReadonlySet<string>
  ranges: readonly [Address, number][]
}

/** Reads `QUILLWORKS_ALLOW_HOSTS`-like entries; `loopback` stands for both loopback ranges. */
export function parseAllowList(entries: readonly string[]): AllowList {
  const texts = entries.flatMap((entry) =>
    entry === 'loopback' ? ['127.0.0.0/8', '::1/128', 'localhost'] : [entry],
  )
  return {
    hosts: new Set(texts.filter((text) => !ipaddr.isValidCIDR(text)).map((text) => text.toLowerCase())),
    ranges: texts.filter((text) => ipaddr.isValidCIDR(text)).map((text) => ipaddr.parseCIDR(text)),
  }
}

function inRange(address: Address, [range, bits]: [Address, number]): boolean {
  return address.kind() === range.kind() && address.match(range, bits)
}

/**
 * True when a connection to `address` for `host` and `port` is allowed. Public unicast always is; private,
 * loopback and reserved ranges need an entry. Link-local, where clouds keep their metadata, needs its range named.
 */
export function isAddressAllowed(allow: AllowList, host: string, port: string, address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  const range = parsed.range()
  if (range === 'unicast' || allow.ranges.some((each) => inRange(parsed, each))) return true
  if (range === 'linkLocal' || range === 'unspecified' || range === 'multicast' || range === 'broadcast')
    return false
  const name = host.toLowerCase()
  return allow.hosts.has(name) || allow.hosts.has(`${name}:${port}`)
}
