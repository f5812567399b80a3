import { describe, expect, test } from 'bun:test'
import { emptyText, mergeText, resumeFrom, type TextPiece, type TextState } from './text-stream.ts'

const piece = (attempt: number, offset: number, text: string, done = false): TextPiece => ({
  attempt,
  offset,
  text,
  done,
})

function fold(pieces: TextPiece[], from: TextState = emptyText): TextState {
  return pieces.reduce((state, next) => mergeText(state, next).state, from)
}

describe('the text of a step', () => {
  test('is its pieces in order', () => {
    expect(fold([piece(1, 0, 'The year '), piece(1, 9, 'began'), piece(1, 14, '.', true)])).toEqual({
      attempt: 1,
      text: 'The year began.',
      done: true,
    })
  })

  test('takes every character once when pieces repeat or overlap', () => {
    const state = fold([piece(1, 0, 'The year '), piece(1, 0, 'The year '), piece(1, 4, 'year began')])
    expect(state.text).toBe('The year began')
  })

  test('begins anew with a higher attempt and drops the older one', () => {
    const state = fold([
      piece(1, 0, 'First try'),
      piece(2, 0, 'Sec'),
      piece(1, 9, ' late'),
      piece(2, 3, 'ond'),
    ])
    expect(state).toEqual({ attempt: 2, text: 'Second', done: false })
  })

  test('reports a gap and keeps what it holds', () => {
    const held = fold([piece(1, 0, 'The')])
    const result = mergeText(held, piece(1, 9, 'began'))
    expect(result).toEqual({ kind: 'gap', state: held })
    expect(resumeFrom(result.state)).toEqual({ fromAttempt: 1, fromOffset: 3 })
  })

  test('asks for a new attempt from its beginning when that was missed', () => {
    const result = mergeText(fold([piece(1, 0, 'Old')]), piece(2, 5, 'tail'))
    expect(result.kind).toBe('gap')
    expect(resumeFrom(result.state)).toEqual({ fromAttempt: 2, fromOffset: 0 })
  })

  test('counts UTF-16 units, as the server does', () => {
    const state = fold([piece(1, 0, 'ink 🖋'), piece(1, 6, '️ done')])
    expect(state.text).toBe('ink 🖋️ done')
  })

  test('ends with an empty piece that says done, and ignores it the second time', () => {
    const ended = mergeText(fold([piece(1, 0, 'Text')]), piece(1, 4, '', true))
    expect(ended).toEqual({ kind: 'merged', state: { attempt: 1, text: 'Text', done: true } })
    expect(mergeText(ended.state, piece(1, 4, '', true)).kind).toBe('ignored')
  })

  test('is the same wherever the stream is cut and resumed', () => {
    const whole = 'The quick brown fox 🦊 jumps over the lazy dog'
    for (let cut = 0; cut <= whole.length; cut++) {
      const before = fold([piece(1, 0, whole.slice(0, cut))])
      const { fromOffset } = resumeFrom(before)
      const overlap = Math.max(0, fromOffset - 3)
      expect(
        fold([piece(1, overlap, whole.slice(overlap)), piece(1, whole.length, '', true)], before),
      ).toEqual({
        attempt: 1,
        text: whole,
        done: true,
      })
    }
  })
})
