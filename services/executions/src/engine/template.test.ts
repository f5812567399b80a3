import { expect, test } from 'bun:test'
import { fillTemplate, placeholders } from './template.ts'

test('a value that holds a placeholder is not filled again', () => {
  expect(fillTemplate('{{a}} {{ b }}', (name) => (name === 'a' ? '{{b}} $& $1' : 'B'))).toBe('{{b}} $& $1 B')
})

test('texts stand as they are, other values as JSON, nothing for nothing', () => {
  const values: Record<string, unknown> = { 'message[0]': { x: [1] }, 'a/b[2]': 7, none: null }
  expect(fillTemplate('{{message[0]}}{{a/b[2]}}{{none}}|', (name) => values[name])).toBe('{"x":[1]}7|')
})

test('each name is found once', () => {
  expect(placeholders('{{a}}{{input.x}}{{a}} {{not a name}} {b}')).toEqual(['a', 'input.x'])
})
