import { expect, test } from 'bun:test'
import { readFrame } from './text-frame.ts'

const frame = { stepKey: 'a', attempt: 1, offset: 0, text: '', done: false }

test('a frame is the same object for all who read the same message', () => {
  const message = { ...frame, more: 1 }
  expect(readFrame(message)).toEqual(frame)
  expect(readFrame(message)).toBe(readFrame(message))
})

const others: unknown[] = [
  null,
  'text',
  [],
  {},
  { ...frame, stepKey: 1 },
  { ...frame, attempt: 1.5 },
  { ...frame, offset: -1 },
  { ...frame, text: null },
  { ...frame, done: 'true' },
]
test.each(others.map((message) => ({ message })))('$message is no frame', ({ message }) => {
  expect(readFrame(message)).toBeUndefined()
})
