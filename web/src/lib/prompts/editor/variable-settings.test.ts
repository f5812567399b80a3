import { expect, test } from 'bun:test'
import { choicesFrom, defaultFrom } from './variable-settings.ts'

test('a default is read as its type', () => {
  expect(defaultFrom('number', ' 12 ')).toBe(12)
  expect(defaultFrom('number', 'twelve')).toBe('twelve')
  expect(defaultFrom('json', '{"a": 1}')).toEqual({ a: 1 })
  expect(defaultFrom('json', '{')).toBe('{')
  expect(defaultFrom('text', '12')).toBe('12')
  expect(defaultFrom('text', ' ')).toBeNull()
})

test('choices stand once a line', () => expect(choicesFrom('a\n\n b \na')).toEqual(['a', 'b']))
