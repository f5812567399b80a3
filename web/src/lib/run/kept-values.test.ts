import { expect, test } from 'bun:test'
import { withKept } from './kept-values.ts'

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
