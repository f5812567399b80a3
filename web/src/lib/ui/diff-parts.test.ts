import { describe, expect, test } from 'bun:test'
import { decidedText, folded, pieces, wordParts } from './diff-parts.ts'

const compare = (before: string, after: string) => pieces(wordParts(before, after))

describe('changes of words', () => {
  test('what stayed and what changed', () =>
    expect(compare('The year began well.', 'The year began badly.')).toEqual([
      { same: 'The year began ' },
      { change: { index: 0, removed: 'well', added: 'badly' } },
      { same: '.' },
    ]))

  test('neighbours are one change', () =>
    expect(compare('a quick red fox', 'a slow blue fox').filter(({ change }) => change)).toEqual([
      { change: { index: 0, removed: 'quick red', added: 'slow blue' } },
    ]))

  test('changes in two paragraphs are two', () =>
    expect(compare('one\n\ntwo', 'uno\n\ndue').flatMap(({ change }) => (change ? [change] : []))).toEqual([
      { index: 0, removed: 'one', added: 'uno' },
      { index: 1, removed: 'two', added: 'due' },
    ]))

  test('equal texts have none', () => expect(compare('same', 'same')).toEqual([{ same: 'same' }]))

  test.each([
    ['', 'all new'],
    ['all gone', ''],
    ['', ''],
    ['a  b\n c', 'a b\n\n c d'],
    ['Grüße 👋 {{name}}', 'Gruß 👋🏽 {{name | upper}}'],
  ])('%p and %p come out of their pieces again', (before, after) => {
    const parts = compare(before, after)
    const all = Object.fromEntries(
      parts.flatMap(({ change }) => (change ? [[change.index, 'accepted' as const]] : [])),
    )
    expect(decidedText(parts, {})).toBe(before)
    expect(decidedText(parts, all)).toBe(after)
  })

  test('texts without anything in common are replaced whole', () => {
    const before = Array.from({ length: 6_000 }, (_, index) => `a${index}`).join(' ')
    const after = Array.from({ length: 6_000 }, (_, index) => `b${index}`).join('  ')
    const parts = compare(before, after)
    expect(parts).toHaveLength(1)
    expect(decidedText(parts, { 0: 'accepted' })).toBe(after)
  })
})

test('a change is accepted, its neighbour rejected', () => {
  const parts = compare('one and two', 'uno and due')
  expect(decidedText(parts, { 0: 'accepted', 1: 'rejected' })).toBe('uno and two')
})

describe('folding', () => {
  const text = Array.from({ length: 10 }, (_, index) => `line ${index}\n`).join('')

  test('keeps lines beside both changes', () =>
    expect(folded(text, { context: 2, first: false, last: false })).toMatchObject({
      head: 'line 0\nline 1\n',
      lines: 6,
      tail: 'line 8\nline 9\n',
    }))

  test('keeps none where no change is', () => {
    expect(folded(text, { context: 2, first: true, last: false })).toMatchObject({ head: '', lines: 8 })
    expect(folded(text, { context: 2, first: false, last: true })).toMatchObject({ lines: 8, tail: '' })
  })

  test('nothing is lost', () => {
    const parts = folded(text, { context: 3, first: false, last: false })
    expect(`${parts?.head}${parts?.hidden}${parts?.tail}`).toBe(text)
  })

  test('leaves short text alone', () =>
    expect(folded('a\nb\nc\nd\n', { context: 2, first: false, last: false })).toBeUndefined())
})
