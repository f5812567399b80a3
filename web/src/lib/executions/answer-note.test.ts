import { expect, test } from 'bun:test'
import { answerNote } from './answer-note.ts'

const step = (finishReason: string | null, more: object = {}) => ({
  kind: 'model',
  status: 'succeeded' as const,
  attempts: [{ finishReason: 'stop' }, { finishReason }],
  ...more,
})

test.each([
  ['refused', '', 'The model declined to answer.'],
  ['refused', 'I will not.', 'The model declined to answer. What it said is kept.'],
  ['stop', '', 'The answer was empty.'],
  ['stop', ' \n', 'The answer was empty.'],
  [null, '', 'The answer was empty.'],
  ['length', 'Once upon', 'The answer was cut off at the greatest length that it may have.'],
  ['length', '', 'The answer was empty: all the room that it had was used up before any text.'],
  ['stop', 'Once upon a time.', undefined],
  ['other', 'Once upon a time.', undefined],
])('an answer that ended %p with the text %p is told in words', (finishReason, text, note) => {
  expect(answerNote(step(finishReason), text)).toBe(note)
})

test('an answer taken over has no attempts of its own', () => {
  expect(answerNote(step(null, { attempts: [] }), 'Text')).toBeUndefined()
  expect(answerNote(step(null, { attempts: [] }), '')).toBe('The answer was empty.')
})

test('nothing is said of an answer on its way, a broken one, or what no model made', () => {
  expect(answerNote(step(null, { status: 'streaming' }), '')).toBeUndefined()
  expect(answerNote(step('refused', { status: 'failed' }), '')).toBeUndefined()
  expect(answerNote(step(null, { kind: 'template' }), '')).toBeUndefined()
})
