import { expect, test } from 'bun:test'
import { inTurns } from './in-turns.ts'

const user = (content: string) => ({ role: 'user' as const, content })
const model = (content: string) => ({ role: 'assistant' as const, content })

test('what one side said in a row is one message, and nothing said is none', () => {
  const turns = [user('One'), model('Two'), user('Three')]
  expect(inTurns(turns)).toEqual(turns)
  expect(inTurns([user('One'), user('More'), model('Two'), model('Too'), user('Three')])).toEqual([
    user('One\n\nMore'),
    model('Two\n\nToo'),
    user('Three'),
  ])
  expect(inTurns([user(' '), user('One'), model('\n'), user('More')])).toEqual([user('One\n\nMore')])
  expect(inTurns([user('')])).toEqual([])
})

test('what it is given stays as it was', () => {
  const given = [user('One'), user('More')]
  inTurns(given)
  expect(given).toEqual([user('One'), user('More')])
})
