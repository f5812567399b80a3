import { expect, test } from 'bun:test'
import { eventParser } from './server-sent-events.ts'

type Heard = [name: string | null, data: string]

/** What is heard of pieces; the stream ends after the last. */
function heardOf(pieces: string[], isLast: (data: string) => boolean = () => false): Heard[] {
  const heard: Heard[] = []
  const parser = eventParser((name, data) => {
    heard.push([name, data])
    return isLast(data)
  })
  for (const piece of pieces) if (parser.push(piece)) return heard
  parser.end()
  return heard
}

const lines = [
  ': a comment',
  'data: {"a":1}',
  '',
  'event: delta',
  'id: 7',
  'data:no space',
  'data:  two spaces, kept one',
  '',
  '',
  'event: ping',
  '',
  'data',
  '',
  'data: "é𝄞\u2028"',
  '',
  'data: unended',
]
const expected: Heard[] = [
  [null, '{"a":1}'],
  ['delta', 'no space\n two spaces, kept one'],
  [null, ''],
  [null, '"é𝄞\u2028"'],
  [null, 'unended'],
]

test.each(['\n', '\r\n', '\r'])(
  'events with data are the same however the text is cut, with %j at line ends',
  (end) => {
    for (const text of [lines.join(end), lines.join(end) + end, lines.join(end) + end + end]) {
      expect(heardOf([text])).toEqual(expected)
      expect(heardOf(text.split(''))).toEqual(expected)
      for (let cut = 0; cut <= text.length; cut += 1)
        expect(heardOf([text.slice(0, cut), text.slice(cut)])).toEqual(expected)
    }
  },
)

test('nothing is heard after the last event that matters', () => {
  expect(heardOf(['data: 1\n\ndata: 2\n\nda', 'ta: 3\n\n'], (data) => data === '2')).toEqual([
    [null, '1'],
    [null, '2'],
  ])
})
