import { describe, expect, test } from 'bun:test'
import { firstPageOf, firstRowOf, pageLinks, pageText } from './pages.ts'

const at = (path: string) => new URL(path, 'http://quillworks.test')
const info = { hasNextPage: true, hasPreviousPage: true, startCursor: 'a', endCursor: 'b' }

describe('what a page says of itself', () => {
  test.each([
    [{ from: 51, shown: 50, total: 1_000, atLeast: true }, '51–100 of 1,000+'],
    [{ from: 1, shown: 7, total: 7 }, '1–7 of 7'],
    [{ from: 51, shown: 50 }, '51–100'],
    [{ from: 51, shown: 1, total: 51 }, '51 of 51'],
    [{ from: 1, shown: 0, total: 0 }, 'None'],
    [{ from: 51, shown: 50, total: 90 }, '51–100 of 100'],
  ])('%p is %p', (page, text) => expect(pageText(page)).toBe(text))
})

describe('links', () => {
  test('lead on and back, and remember where the rows are', () => {
    expect(pageLinks(at('/p?q=x&after=y&from=101'), { info, shown: 50, size: 50 })).toEqual({
      previous: '/p?q=x&before=a&from=51',
      next: '/p?q=x&after=b&from=151',
    })
  })

  test('back to the first page is its plain address', () =>
    expect(pageLinks(at('/p?after=y&from=51'), { info, shown: 50, size: 50 }).previous).toBe('/p'))

  test('there is none where there is no page', () => {
    const none = { hasNextPage: false, hasPreviousPage: false }
    expect(pageLinks(at('/p'), { info: none, shown: 3, size: 50 })).toEqual({
      previous: undefined,
      next: undefined,
    })
  })

  test.each([
    ['/p', 1],
    ['/p?from=51', 51],
    ['/p?from=-3', 1],
    ['/p?from=much', 1],
  ])('%p begins at %p', (path, from) => expect(firstRowOf(at(path))).toBe(from))
})

describe('a place that is none', () => {
  const after = { path: ['after'], message: 'This is no cursor.' }
  const search = { path: ['search'], message: 'Too long.' }

  test('leads to the first page with all else kept', () => {
    expect(firstPageOf(at('/p?q=x&after=nonsense&from=51'), [after])).toBe('/p?q=x')
    expect(firstPageOf(at('/p?before=nonsense'), [{ ...after, path: ['before'] }])).toBe('/p')
  })

  test('leads nowhere where the address names none, or something else is wrong too', () => {
    expect(firstPageOf(at('/p'), [after])).toBeUndefined()
    expect(firstPageOf(at('/p?after=nonsense'), [after, search])).toBeUndefined()
    expect(firstPageOf(at('/p?after=nonsense'), [])).toBeUndefined()
  })
})
