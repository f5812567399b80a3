import { describe, expect, test } from 'bun:test'
import { foldedRows, lineBlocks } from './diff-lines.ts'

const before = 'You are a writer.\nWrite about {{topic}}.\nBe brief.\n'
const after = 'You are a writer.\nWrite a letter about {{topic}}.\nBe brief.\nEnd well.'

describe('lines side by side', () => {
  const blocks = lineBlocks(before, after)

  test('are blocks that stayed or changed', () =>
    expect(blocks.map(({ kind, rows }) => [kind, rows.length])).toEqual([
      ['same', 1],
      ['change', 1],
      ['same', 1],
      ['change', 1],
    ]))

  test('show the words that differ in lines that face each other', () => {
    const [row] = blocks[1]?.rows ?? []
    expect(row?.before?.parts.every(({ kind }) => kind === 'same')).toBe(true)
    expect(row?.after?.parts.filter(({ kind }) => kind === 'added').map(({ text }) => text.trim())).toEqual([
      'a letter',
    ])
  })

  test('are numbered on each side', () => {
    const rows = blocks.flatMap((block) => block.rows)
    expect(rows.map((row) => [row.before?.number, row.after?.number])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [undefined, 4],
    ])
  })

  test('a break at the end alone is no change', () =>
    expect(lineBlocks('a\nb', 'a\nb\n').map(({ kind }) => kind)).toEqual(['same']))

  test.each([
    ['', 'a\n', 1],
    ['a', '', 1],
    ['', '', 0],
  ])('%p and %p make %p blocks', (left, right, count) => expect(lineBlocks(left, right)).toHaveLength(count))

  test('each line of both texts is there once', () => {
    const rows = lineBlocks('a\nb\nc\nd', 'x\nb\ny\nz\nd').flatMap((block) => block.rows)
    const text = (side: 'before' | 'after') =>
      rows.flatMap((row) => (row[side] ? [row[side].parts.map((part) => part.text).join('')] : [])).join('\n')
    expect(text('before')).toBe('a\nb\nc\nd')
    expect(text('after')).toBe('x\nb\ny\nz\nd')
  })
})

test('the middle of long unchanged rows is put away', () => {
  const [block] = lineBlocks('1\n2\n3\n4\n5\n6\n7\n8', '1\n2\n3\n4\n5\n6\n7\n8')
  const rows = foldedRows(block?.rows ?? [], { context: 1, first: false, last: false })
  expect([rows?.head.length, rows?.hidden.length, rows?.tail.length]).toEqual([1, 6, 1])
  expect(foldedRows(block?.rows ?? [], { context: 3, first: false, last: false })).toBeUndefined()
})
