import { expect, test } from 'bun:test'
import type { Variable } from '../template/variables.ts'
import { conversationName } from './conversation-name.ts'

const variable = (name: string, type: Variable['type'] = 'text', more: Partial<Variable> = {}): Variable => ({
  name,
  type,
  required: true,
  default: null,
  description: null,
  choices: [],
  ...more,
})

const name = (given: Partial<Parameters<typeof conversationName>[0]>) =>
  conversationName({ title: 'Letter', message: '', variables: [], values: {}, ...given })

test('a conversation is named after its prompt and the opening words of its first message', () => {
  expect(name({ message: 'And Grace?' })).toBe('Letter · And Grace?')
  expect(name({ message: '  # Dear **all**,\n\n- please\tread\u0007 `this`\u202e ' })).toBe(
    'Letter · Dear all, please read this',
  )
  expect(name({})).toBe('Letter')
})

test('without a message its most telling value names it: a subject before a text, what was chosen before a default', () => {
  const variables = [
    variable('tone', 'choice', { choices: ['warm'] }),
    variable('text', 'long_text'),
    variable('language', 'text', { default: 'English' }),
    variable('topic'),
    variable('count', 'number'),
  ]
  const values = {
    tone: 'warm',
    text: 'Once upon a time',
    language: 'English',
    topic: 'Lighthouses',
    count: 3,
  }
  expect(name({ variables, values })).toBe('Letter · Lighthouses')
  expect(name({ variables, values: { ...values, topic: '' } })).toBe('Letter · Once upon a time')
  expect(name({ variables, values: { tone: 'warm', language: 'English' } })).toBe('Letter · warm')
  expect(name({ variables, values: { language: 'English', count: 3 } })).toBe('Letter · English')
  expect(name({ variables, values: { count: 3 } })).toBe('Letter')
  const optional = [variable('tone', 'text', { required: false }), variable('to')]
  expect(name({ variables: optional, values: { tone: 'warm', to: 'Ada' } })).toBe('Letter · Ada')
})

test('a name has at most 80 characters, ends with a word, and cuts no character in two', () => {
  const long = name({ message: 'word '.repeat(1_000) })
  expect(long.length).toBeLessThanOrEqual(80)
  expect(long).toMatch(/^Letter · (word )+word…$/)
  for (const message of [
    '👩‍👩‍👧‍👦'.repeat(50),
    'é'.normalize('NFD').repeat(200),
    'x'.repeat(200),
    '𝒳'.repeat(90),
  ]) {
    const made = name({ title: 'T'.repeat(200), message })
    expect(made.length).toBeLessThanOrEqual(80)
    expect(made.isWellFormed()).toBe(true)
    expect(made.endsWith('…')).toBe(true)
    const segments = [...new Intl.Segmenter('en').segment(message)].map(({ segment }) => segment)
    const words = made.slice(made.indexOf(' · ') + 3, -1)
    expect(words.length).toBeGreaterThan(0)
    expect(words.length % (segments[0]?.length ?? 1)).toBe(0)
  }
  expect(name({ title: 'T'.repeat(200) })).toHaveLength(80)
})

test('what shows nothing names nothing', () => {
  expect(name({ message: '\u200b\u202e \n', variables: [variable('a')], values: { a: '\u0007' } })).toBe(
    'Letter',
  )
})
