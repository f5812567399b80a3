import { expect, test } from 'bun:test'
import { createKeyVault } from './key-vault.ts'

const vault = createKeyVault('a secret of more than thirty-two characters')
const place = {
  organizationId: '01990000-0000-7000-8000-00000000000a',
  provider: 'openai',
  baseUrl: null,
}

test('a key comes back as it was, and never twice in the same form', () => {
  const sealed = vault.seal('sk-ünïque-1234', place)
  expect(sealed).toMatch(/^v1:[0-9a-f]{8}:[\w-]+$/)
  expect(sealed).not.toContain('1234')
  expect(vault.open(sealed, place)).toBe('sk-ünïque-1234')
  expect(vault.seal('sk-ünïque-1234', place)).not.toBe(sealed)
  expect(vault.open(vault.seal('', place), place)).toBe('')
})

test('a key opens for its own organization, provider and address alone, unchanged, and with its own secret', () => {
  const sealed = vault.seal('sk-1', place)
  const elsewhere = [
    { ...place, organizationId: '01990000-0000-7000-8000-00000000000b' },
    { ...place, provider: 'xai' },
    { ...place, baseUrl: 'https://elsewhere.example/v1' },
  ]
  expect(elsewhere.map((other) => vault.open(sealed, other))).toEqual([null, null, null])
  const last = sealed.at(-1) === 'A' ? 'B' : 'A'
  const broken = [`${sealed.slice(0, -3)}${last}${last}${last}`, sealed.replace('v1', 'v2'), 'v1:x', '']
  expect(broken.map((text) => vault.open(text, place))).toEqual([null, null, null, null])
  const other = createKeyVault('another secret of more than thirty-two characters')
  expect(other.open(sealed, place)).toBeNull()
})
