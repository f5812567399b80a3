import { expect, test } from 'bun:test'
import { slugOf } from './slug.ts'

test.each([
  ['Launch 2026!', 1, 'launch-2026'],
  ['Über uns', 1, 'uber-uns'],
  ['  --  ', 1, 'project'],
  ['日本', 2, 'project-2'],
  ['Blog', 3, 'blog-3'],
  ['Status', 1, 'status-1'],
  ['Sign in', 2, 'sign-in-2'],
])('%p as number %i is %s', (name, number, slug) => {
  expect(slugOf(name, number)).toBe(slug)
})
