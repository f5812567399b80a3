import { expect, test } from 'bun:test'
import { advance, type TextCursor, type TextFrame, textStart } from './text-cursor.ts'

const frame = (facts: Partial<TextFrame>): TextFrame => ({
  stepKey: 'message[0]',
  attempt: 1,
  offset: 0,
  text: '',
  done: false,
  ...facts,
})

/** The text that a reader sees of these frames, in whatever order and overlap they come. */
function read(frames: TextFrame[]): { text: string; cursor: TextCursor; gaps: number } {
  let cursor = textStart
  let text = ''
  let gaps = 0
  for (const each of frames) {
    const merged = advance(cursor, each)
    if (merged.kind === 'gap') gaps += 1
    if (merged.kind !== 'text') continue
    cursor = merged.cursor
    text += merged.fresh.text
  }
  return { text, cursor, gaps }
}

test('takes each character once from frames that overlap or repeat', () => {
  const frames = [
    frame({ text: 'abc' }),
    frame({ text: 'abc' }),
    frame({ offset: 2, text: 'cde' }),
    frame({ offset: 1, text: 'bc' }),
    frame({ text: 'abcdefg', done: true }),
    frame({ text: 'abcdefg', done: true }),
  ]
  expect(read(frames)).toEqual({ text: 'abcdefg', cursor: { attempt: 1, offset: 7, done: true }, gaps: 0 })
})

test('tells a gap and keeps its place', () => {
  expect(read([frame({ text: 'a' }), frame({ offset: 3, text: 'd' })])).toEqual({
    text: 'a',
    cursor: { attempt: 1, offset: 1, done: false },
    gaps: 1,
  })
})

test('begins a higher attempt at 0 and drops a lower one', () => {
  const frames = [frame({ text: 'ab' }), frame({ attempt: 2, text: 'x' }), frame({ offset: 2, text: 'c' })]
  expect(read(frames)).toEqual({ text: 'abx', cursor: { attempt: 2, offset: 1, done: false }, gaps: 0 })
})

test('counts UTF-16 units', () => {
  expect(read([frame({ text: '🪶' }), frame({ offset: 2, text: '!' })]).text).toBe('🪶!')
})
