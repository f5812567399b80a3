import { expect, test } from 'bun:test'
import { localPath, reasonFor } from './oidc-settings.ts'

test.each([
  ['/', '/'],
  ['/prompts?tag=a#b', '/prompts?tag=a#b'],
  [null, '/'],
  ['', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/a\\..', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/a\nSet-Cookie: b', '/'],
  [`/${'a'.repeat(500)}`, '/'],
])('%p leads to %p', (given, expected) => {
  expect(localPath(given)).toBe(expected)
})

test('a reason is one of ours, whatever the provider says', () => {
  expect(reasonFor('signup_disabled')).toBe('oidc_no_invitation')
  expect(reasonFor('<script>')).toBe('oidc_failed')
  expect(reasonFor('constructor')).toBe('oidc_failed')
  expect(reasonFor(null)).toBe('oidc_failed')
})
