import { expect, test } from 'bun:test'
import { routesIn, safeTarget, signInRoute } from './routes.ts'

test('every address begins with where one is', () => {
  const routes = routesIn({ organization: 'acme', project: 'letters' })
  expect(routes.home()).toBe('/acme/letters')
  expect(routes.prompt('1')).toBe('/acme/letters/prompts/1')
})

test('without a place, addresses are short paths', () => {
  expect(routesIn(undefined).home()).toBe('/')
  expect(routesIn(undefined).prompts()).toBe('/prompts')
})

test('after signing in one comes back to the page asked for', () => {
  const to = new URL(signInRoute('/executions?search=a b'), 'http://x').searchParams.get('to')
  expect(safeTarget(to)).toBe('/executions?search=a b')
})

test.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', '', null])(
  'never to %p',
  (to) => expect(safeTarget(to)).toBe('/'),
)
