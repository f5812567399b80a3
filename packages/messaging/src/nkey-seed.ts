const SEED_PREFIX = 18 << 3
const ROLES = { operator: 14 << 3, account: 0, user: 20 << 3 }
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** CRC-16/XMODEM, as nkeys end with. */
function checksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc
}

function base32(bytes: Uint8Array): string {
  let text = ''
  let value = 0
  let bits = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(value >>> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text
}

/** Writes 32 bytes as an nkey seed (`SO…`, `SA…`, `SU…`); the libraries only make seeds from random bytes. */
export function nkeySeed(role: keyof typeof ROLES, key: Uint8Array): string {
  if (key.length !== 32) throw new Error(`An nkey is made of 32 bytes, not of ${key.length}.`)
  const raw = new Uint8Array(36)
  raw[0] = SEED_PREFIX | (ROLES[role] >> 5)
  raw[1] = (ROLES[role] & 31) << 3
  raw.set(key, 2)
  new DataView(raw.buffer).setUint16(34, checksum(raw.subarray(0, 34)), true)
  return base32(raw)
}
