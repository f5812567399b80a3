import { hkdfSync } from 'node:crypto'

const derived = new Map<string, Uint8Array>()

/** Derives 32 bytes for one purpose from the deployment's secret (HKDF-SHA256), so that no key serves two ends. */
export function deriveKey(secret: string, purpose: string): Uint8Array {
  const name = `${purpose}\n${secret}`
  const key = derived.get(name) ?? new Uint8Array(hkdfSync('sha256', secret, 'quillworks/v1', purpose, 32))
  derived.set(name, key)
  return key
}

/** The same key as 64 hexadecimal characters, for what takes a password. */
export function derivePassword(secret: string, purpose: string): string {
  return Buffer.from(deriveKey(secret, purpose)).toString('hex')
}
