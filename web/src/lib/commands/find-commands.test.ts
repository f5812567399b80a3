import { expect, test } from 'bun:test'
import { findCommands } from './find-commands.ts'

const all = [
  { title: 'Account', group: 'Go to', words: 'settings password' },
  { title: 'Settings', group: 'Go to' },
  { title: 'Dark theme', group: 'Appearance' },
]
const titles = (wanted: string) => findCommands(all, wanted).map(({ title }) => title)

test('nothing wanted finds everything', () => expect(titles(' ')).toHaveLength(3))

test('words may be begun, in any order, and be found beside the title', () => {
  expect(titles('the da')).toEqual(['Dark theme'])
  expect(titles('PASS')).toEqual(['Account'])
  expect(titles('appear')).toEqual(['Dark theme'])
})

test('what has it in the title comes first', () => expect(titles('sett')).toEqual(['Settings', 'Account']))

test('letters inside a word find nothing', () => expect(titles('heme')).toEqual([]))
