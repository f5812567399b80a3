import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { deriveKey } from '@quillworks/service-kit/keys'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** What a ciphertext belongs to: it opens nowhere else. */
export interface KeyPlace {
  organizationId: string
  provider: string
  baseUrl: string | null
}

function associatedData({ organizationId, provider, baseUrl }: KeyPlace): Buffer {
  return Buffer.from(JSON.stringify(['provider-key', organizationId, provider, baseUrl]))
}

/**
 * Encrypts keys for the database as `v1:<keyId>:<nonce, text and tag>` with AES-256-GCM. `keyId` tells which secret the
 * encrypting key was derived from; organization, provider and address are bound to it, so that no row can be made to
 * send another's key, or a key elsewhere.
 */
export function createKeyVault(secret: string) {
  const key = deriveKey(secret, 'provider-keys')
  const keyId = createHash('sha256').update(key).digest('hex').slice(0, 8)

  return {
    seal(text: string, place: KeyPlace): string {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(associatedData(place))
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `v1:${keyId}:${sealed.toString('base64url')}`
    },
    /** The text; null where it was sealed by another secret, for another place, or was changed. */
    open(ciphertext: string, place: KeyPlace): string | null {
      const [version, id, body = ''] = ciphertext.split(':')
      const bytes = Buffer.from(body, 'base64url')
      if (version !== 'v1' || id !== keyId || bytes.length < nonceBytes + tagBytes) return null
      const tag = bytes.subarray(bytes.length - tagBytes)
      const nonce = bytes.subarray(0, nonceBytes)
      const cipher = createDecipheriv(algorithm, key, nonce).setAAD(associatedData(place)).setAuthTag(tag)
      try {
        const text = cipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes))
        return Buffer.concat([text, cipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}

export type KeyVault = ReturnType<typeof createKeyVault>
