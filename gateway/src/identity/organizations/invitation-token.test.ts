import { expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { invitationToken, readInvitationToken } from './invitation-token.ts'

const secret = 'a secret of at least thirty-two characters'

test('a token gives its invitation back', () => {
  const id = newId()
  expect(readInvitationToken({ secret, token: invitationToken({ secret, id }) })).toBe(id)
})

test.each([
  ['another secret', invitationToken({ secret: 'another secret of thirty-two characters', id: newId() })],
  ['a bare id', newId()],
  ['an id with another’s proof', `${newId()}.${invitationToken({ secret, id: newId() }).split('.')[1]}`],
  ['nothing', ''],
])('a token of %s opens nothing', (_what, token) => {
  expect(readInvitationToken({ secret, token })).toBeUndefined()
})
