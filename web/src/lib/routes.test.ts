import { expect, test } from 'bun:test'
import { routes, safeTarget } from './routes.ts'

test('after signing in one comes back to the page asked for', () => {
  const to = new URL(routes.signIn('/executions?search=a b'), 'http://x').searchParams.get('to')
  expect(safeTarget(to)).toBe('/executions?search=a b')
})

test.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', '', null])(
  'never to %p',
  (to) => expect(safeTarget(to)).toBe('/'),
)
