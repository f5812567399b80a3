import { expect, test } from 'bun:test'
import { isPlaceName, isSlug, placeFrom } from './place.ts'

test.each(['acme', 'acme-2', '42'])('%p names an organization', (word) => expect(isSlug(word)).toBe(true))

test.each(['', 'Acme', 'a--b', '-a', 'prompts', 'sign-in', 'a/b', 'a.b'])('%p does not', (word) =>
  expect(isSlug(word)).toBe(false),
)

test('a short path begins with a page', () => {
  expect(isPlaceName('prompts')).toBe(true)
  expect(isPlaceName('acme')).toBe(false)
})

test('a cookie that was meddled with is forgotten', () => {
  expect(placeFrom('acme/default')).toEqual({ organization: 'acme', project: 'default' })
  for (const cookie of [undefined, '', 'acme', 'acme/default/x', '//evil', 'acme/../x'])
    expect(placeFrom(cookie)).toBeUndefined()
})
