import { hkdfSync } from 'node:crypto'

/** Derives 32 bytes for one purpose from the deployment's secret (HKDF-SHA256), so that no key serves two ends. */
export function deriveKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, 'quillworks/v1', purpose, 32))
}

/** The same key as 64 hexadecimal characters, for what takes a password. */
export function derivePassword(secret: string, purpose: string): string {
  return Buffer.from(deriveKey(secret, purpose)).toString('hex')
}
