import { describe, expect, test } from 'bun:test'
import type { TextFrame } from '@quillworks/executions/contract'
import { beginAt, mergeFrame, type TextPosition } from './text-merge.ts'

function frame(attempt: number, offset: number, text: string, done = false): TextFrame {
  return { stepKey: 'message[0]', attempt, offset, text, done }
}

function follow(at: TextPosition, frames: TextFrame[]) {
  let position = at
  const emitted: TextFrame[] = []
  let gaps = 0
  for (const one of frames) {
    const merged = mergeFrame(position, one)
    if (merged.kind === 'gap') gaps += 1
    if (merged.kind !== 'emit') continue
    emitted.push(merged.frame)
    position = merged.next
  }
  return { emitted, gaps, position }
}

const start: TextPosition = { attempt: 1, position: 0, done: false }

describe('the beginning', () => {
  test('goes on at the client’s offset of the attempt being written', () => {
    expect(beginAt({ currentAttempt: 2, fromAttempt: 2, fromOffset: 7 })).toEqual({
      attempt: 2,
      position: 7,
      done: false,
    })
  })
  test.each([1, 3])('begins at 0 when the offset is of attempt %i, not the current one', (fromAttempt) => {
    expect(beginAt({ currentAttempt: 2, fromAttempt, fromOffset: 7 }).position).toBe(0)
  })
  test('begins at 0 without an offset or with a negative one', () => {
    expect(beginAt({ currentAttempt: 1 }).position).toBe(0)
    expect(beginAt({ currentAttempt: 1, fromAttempt: 1, fromOffset: -4 }).position).toBe(0)
  })
})

describe('merging', () => {
  test('frames in order are emitted as they are', () => {
    const frames = [frame(1, 0, 'Hel'), frame(1, 3, 'lo'), frame(1, 5, '', true)]
    expect(follow(start, frames).emitted).toEqual(frames)
  })
  test('a frame that came twice is dropped', () => {
    expect(follow(start, [frame(1, 0, 'Hel'), frame(1, 0, 'Hel')]).emitted).toHaveLength(1)
  })
  test('of an overlapping frame only the new part is emitted', () => {
    const { emitted } = follow(start, [frame(1, 0, 'Hello'), frame(1, 3, 'lo world')])
    expect(emitted[1]).toEqual(frame(1, 5, ' world'))
  })
  test('a frame beyond the position is a gap and moves nothing', () => {
    const { emitted, gaps, position } = follow(start, [frame(1, 3, 'lo')])
    expect({ emitted, gaps, position }).toEqual({ emitted: [], gaps: 1, position: start })
  })
  test('a new attempt begins at 0, and what was lower is dropped from then on', () => {
    const { emitted } = follow(start, [frame(1, 0, 'old'), frame(2, 0, 'new'), frame(1, 3, 'er')])
    expect(emitted.map((one) => one.text)).toEqual(['old', 'new'])
  })
  test('the middle of a new attempt is a gap, and the old attempt still goes on', () => {
    const { emitted, gaps, position } = follow(start, [frame(1, 0, 'old'), frame(2, 4, 'x')])
    expect(gaps).toBe(1)
    expect(emitted).toHaveLength(1)
    expect(position.attempt).toBe(1)
  })
  test('an empty first frame of a new attempt is emitted, so that the client clears the old text', () => {
    expect(follow(start, [frame(2, 0, '')]).emitted).toEqual([frame(2, 0, '')])
  })
  test('nothing follows done, but a new attempt does', () => {
    const { emitted } = follow(start, [frame(1, 0, 'a', true), frame(1, 0, 'a', true), frame(2, 0, 'b')])
    expect(emitted.map((one) => one.text)).toEqual(['a', 'b'])
  })
  test('done of which all text is already here is emitted once, empty', () => {
    expect(follow({ ...start, position: 1 }, [frame(1, 0, 'a', true)]).emitted).toEqual([
      frame(1, 1, '', true),
    ])
  })
  test('done of a text shorter than what is here is not believed', () => {
    expect(follow({ ...start, position: 5 }, [frame(1, 0, 'abc', true)]).emitted).toEqual([])
  })
  test('offsets count UTF-16 units', () => {
    const { emitted } = follow(start, [frame(1, 0, 'a😀'), frame(1, 3, 'b')])
    expect(emitted.map((one) => one.text).join('')).toBe('a😀b')
  })
})

test('any mixture of live frames, repeats and snapshots gives each character once and in order', () => {
  const text = 'The quick brown fox jumps over the lazy dog 🦊 again and again.'
  let seed = 42
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  for (let round = 0; round < 500; round += 1) {
    const from = random(text.length)
    let at: TextPosition = { attempt: 3, position: from, done: false }
    let received = text.slice(0, from)
    const take = (one: TextFrame): boolean => {
      const merged = mergeFrame(at, one)
      if (merged.kind === 'emit') {
        expect(merged.frame.offset).toBe(received.length)
        received += merged.frame.text
        at = merged.next
      }
      return merged.kind === 'gap'
    }
    for (let guard = 0; !at.done && guard < 1_000; guard += 1) {
      const offset = random(text.length)
      const length = 1 + random(12)
      if (take(frame(random(10) === 0 ? 2 : 3, offset, text.slice(offset, offset + length)))) {
        const known = Math.min(text.length, offset + random(20))
        take(frame(3, 0, text.slice(0, known), known === text.length))
      }
      if (guard > 200) take(frame(3, 0, text, true))
    }
    expect(received).toBe(text)
  }
})

test('a frame that continues where a subscriber stands is given as it came, one object for all', () => {
  const frame = { stepKey: 'a', attempt: 1, offset: 5, text: 'more', done: false }
  const merged = [1, 2].map(() => mergeFrame({ attempt: 1, position: 5, done: false }, frame))
  for (const one of merged) expect(one.kind === 'emit' && one.frame === frame).toBe(true)
  const behind = mergeFrame({ attempt: 1, position: 7, done: false }, frame)
  expect(behind).toMatchObject({ kind: 'emit', frame: { offset: 7, text: 're' } })
})
