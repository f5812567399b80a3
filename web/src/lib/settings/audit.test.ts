import { expect, test } from 'bun:test'
import { actorText, auditFilterOf, deedText, detailText } from './audit.ts'

const at = (search: string) => new URL(`http://quillworks.test/audit${search}`)

test.each([
  ['member.removed', 'Removed a member'],
  ['tap.created', 'tap.created'],
])('%p reads %p', (action, text) => expect(deedText(action)).toBe(text))

test.each([
  [{ from: 'My workspace', to: 'Workshop' }, 'My workspace → Workshop'],
  [{ role: 'member', by: 'oidc' }, 'role member, by oidc'],
  [{ scopes: ['*'], expiresAt: null }, 'scopes *'],
  [
    { method: 'password', times: 7, addresses: ['192.0.2.1', '192.0.2.2'] },
    'method password, addresses 192.0.2.1 192.0.2.2, 7 times',
  ],
  [{ from: 'member' }, 'from member'],
  [{}, ''],
  [null, ''],
])('%p reads %p', (details, text) => expect(detailText(details)).toBe(text))

test('nobody is said to have done what nobody was signed in for', () => {
  const actor = { id: '1', name: 'Ada', email: 'ada@example.com', apiKeyId: null }
  expect(actorText({ action: 'user.signed_in', actor })).toBe('Ada')
  expect(actorText({ action: 'user.signed_in', actor: { ...actor, name: null } })).toBe(
    'Somebody who has left',
  )
  expect(actorText({ action: 'user.sign_in_failed', actor })).toBe('Not known')
})

test('people are told by name', () => {
  expect(detailText({ userId: '1' }, new Map([['1', 'Ada']]))).toBe('Ada')
  expect(detailText({ userId: '2' })).toBe('somebody who has left')
})

test('the last day counts whole, and what is no day is left out', () => {
  expect(auditFilterOf(at('?from=2026-03-01&to=2026-03-31&action=a&action=b&who=x'))).toEqual({
    action: ['a', 'b'],
    userId: 'x',
    from: '2026-03-01T00:00:00.000Z',
    to: '2026-04-01T00:00:00.000Z',
  })
  expect(auditFilterOf(at('?from=soon&to=2026-99-99'))).toEqual({
    action: null,
    userId: null,
    from: null,
    to: null,
  })
})
