import { expect, test } from 'bun:test'
import { openingOf } from './opening.ts'

test.each([
  ['', ''],
  ['  \n\t\n', ''],
  ['\n  Write to \t{{friend}}.  \nMore.', 'Write to {{friend}}.'],
  ['a'.repeat(140), 'a'.repeat(140)],
  [`${'a'.repeat(138)} bc`, `${'a'.repeat(138)}…`],
  ['👋'.repeat(141), `${'👋'.repeat(139)}…`],
])('of %p is %p', (text, opening) => expect(openingOf(text)).toBe(opening))
