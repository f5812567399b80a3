import { describe, expect, test } from 'bun:test'
import { originOf, shownOrigins, withKept } from './kept-values.ts'

const tone = {
  name: 'tone',
  type: 'text' as const,
  required: true,
  default: 'calm',
  description: null,
  choices: [],
}

test('the nearest value kept wins over the default of the prompt, and says whose it is', () => {
  const kept = [
    { name: 'tone', scope: 'organization' as const, value: 'formal' },
    { name: 'tone', scope: 'user' as const, value: 'merry' },
  ]
  expect(withKept([tone], kept)).toEqual([{ ...tone, default: 'merry', origin: 'your own default' }])
})

test('without one, the prompt decides', () => {
  expect(withKept([tone], [{ name: 'other', scope: 'user', value: 1 }])).toEqual([tone])
})

describe('whose values an untouched form shows', () => {
  const kept = [{ name: 'tone', scope: 'user' as const, value: 'merry' }]
  const form = { tone: 'merry', length: 'short', topic: '', on: false }
  const variables = [
    ...withKept([tone], kept),
    { ...tone, name: 'length', default: 'short' },
    { ...tone, name: 'topic', default: null },
    { ...tone, name: 'on', type: 'boolean' as const, default: false },
  ]

  test('is told for those that have one', () => {
    expect(shownOrigins(variables, form)).toEqual({ tone: 'your own default', length: 'default' })
  })

  test('and no longer of what was changed', () => {
    expect(shownOrigins(variables, { ...form, tone: 'calm', length: '' })).toEqual({})
    const [first] = variables
    expect(first && originOf(first, 'calm')).toBeUndefined()
    expect(first && originOf(first, 'merry')).toBe('your own default')
  })
})
