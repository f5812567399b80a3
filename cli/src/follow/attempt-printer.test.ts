import { expect, test } from 'bun:test'
import { createAttemptPrinter } from './attempt-printer.ts'

function printAll(frames: [attempt: number, text: string, done?: boolean][]) {
  const printer = createAttemptPrinter()
  return frames.map(([attempt, text, done = false]) => printer.accept({ attempt, text, done }))
}

test('prints the first attempt as it comes', () => {
  expect(
    printAll([
      [1, 'a'],
      [1, 'b'],
    ]),
  ).toEqual([
    { kind: 'more', text: 'a' },
    { kind: 'more', text: 'b' },
  ])
})

test('holds a new attempt while it repeats what was printed', () => {
  expect(
    printAll([
      [1, 'abc'],
      [2, 'ab'],
      [2, 'cd'],
    ]),
  ).toEqual([{ kind: 'more', text: 'abc' }, undefined, { kind: 'more', text: 'd' }])
})

test('prints a new attempt whole once it differs', () => {
  expect(
    printAll([
      [1, 'abc'],
      [2, 'ab'],
      [2, 'x'],
      [2, 'y'],
    ]),
  ).toEqual([
    { kind: 'more', text: 'abc' },
    undefined,
    { kind: 'again', text: 'abx' },
    { kind: 'more', text: 'y' },
  ])
})

test('prints a shorter last attempt, which is another text', () => {
  expect(
    printAll([
      [1, 'abc'],
      [2, 'ab', true],
    ])[1],
  ).toEqual({ kind: 'again', text: 'ab' })
})

test('prints nothing for a last attempt that is the same', () => {
  expect(
    printAll([
      [1, 'abc'],
      [2, 'abc', true],
    ])[1],
  ).toBeUndefined()
})
