import { expect, test } from 'bun:test'
import { reasonText } from './sign-in.ts'

test.each([
  [null, undefined],
  ['anything', undefined],
  ['link_expired', 'a new one signs you in'],
  ['oidc_no_invitation', 'Ask an admin'],
])('the reason %p', (reason, words) => {
  if (words === undefined) expect(reasonText(reason)).toBeUndefined()
  else expect(reasonText(reason)).toContain(words)
})
