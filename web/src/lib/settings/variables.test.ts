import { describe, expect, test } from 'bun:test'
import { readValue, shadowed, valueText } from './variables.ts'

describe('values', () => {
  test.each([
    ['Ink & Paper', { kind: 'text', text: 'Ink & Paper' }],
    [12, { kind: 'json', text: '12' }],
    [['a'], { kind: 'json', text: '["a"]' }],
  ] as const)('%p is written as %p', (value, written) => {
    expect(valueText(value)).toEqual(written)
    expect(readValue(written.kind, written.text)).toEqual({ value })
  })

  test('what is no JSON is told', () => expect(readValue('json', '{a')).toHaveProperty('problem'))
})

test('the nearest scope gives a value, the others are told which', () => {
  const variables = [
    { id: '1', name: 'tone', scope: 'organization' },
    { id: '2', name: 'tone', scope: 'user' },
    { id: '3', name: 'tone', scope: 'project' },
    { id: '4', name: 'company', scope: 'organization' },
  ] as const
  expect(shadowed(variables)).toEqual(
    new Map([
      ['1', 'user'],
      ['3', 'user'],
    ]),
  )
})
