import { describe, expect, test } from 'bun:test'
import { sortLink, sortOf, tabLink, tabOf, withParams } from './url-state.ts'

const at = (path: string) => new URL(path, 'http://quillworks.test')

describe('parameters', () => {
  test.each([
    ['/prompts', { q: 'brief' }, '/prompts?q=brief'],
    ['/prompts?q=brief', { q: null }, '/prompts'],
    ['/prompts?q=brief', { q: [] }, '/prompts'],
    ['/prompts?q=a', { status: ['failed', 'running'] }, '/prompts?q=a&status=failed&status=running'],
    ['/prompts?q=a%20b', { x: 'ü&' }, '/prompts?q=a+b&x=%C3%BC%26'],
  ])('%p with %p is %p', (path, changes, link) => expect(withParams(at(path), changes)).toBe(link))

  test('other rows begin at their first page', () => {
    expect(withParams(at('/p?after=x&from=51'), { q: 'a' })).toBe('/p?q=a')
    expect(withParams(at('/p?after=x&from=51'), { after: 'y', from: '101' })).toBe('/p?after=y&from=101')
    expect(withParams(at('/p?after=x'), { tab: 'usage' }, { keepPlace: true })).toBe('/p?after=x&tab=usage')
  })
})

describe('sort', () => {
  const keys = ['name', 'updated']
  const usual = { key: 'updated', descending: true }

  test.each([
    ['/p', usual],
    ['/p?sort=name', { key: 'name', descending: false }],
    ['/p?sort=-name', { key: 'name', descending: true }],
    ['/p?sort=password', usual],
  ])('%p sorts by %p', (path, sort) => expect(sortOf(at(path), { keys, usual })).toEqual(sort))

  test('a column is turned round by its own link', () => {
    const link = (current: { key: string; descending: boolean }) =>
      sortLink(at('/p'), { key: 'name', current })
    expect(link(usual)).toBe('/p?sort=name')
    expect(link({ key: 'name', descending: false })).toBe('/p?sort=-name')
    expect(link({ key: 'name', descending: true })).toBe('/p?sort=name')
  })

  test('a column may begin with its largest', () =>
    expect(sortLink(at('/p?after=x'), { key: 'cost', current: usual, first: 'down' })).toBe('/p?sort=-cost'))
})

describe('tabs', () => {
  const values = ['text', 'versions']

  test('an unknown tab is the first', () => {
    expect(tabOf(at('/p?tab=versions'), values)).toBe('versions')
    expect(tabOf(at('/p?tab=none'), values)).toBe('text')
    expect(tabOf(at('/p'), values)).toBe('text')
  })

  test('the first needs no parameter', () => {
    expect(tabLink(at('/p?tab=versions&q=a'), values, 'text')).toBe('/p?q=a')
    expect(tabLink(at('/p'), values, 'versions')).toBe('/p?tab=versions')
  })
})
