import { describe, expect, test } from 'bun:test'
import { chosenOf, chosenText, toggleLink, withoutLink, type Filter } from './filters.ts'

const at = (path: string) => new URL(path, 'http://quillworks.test')
const options = ['failed', 'running', 'waiting'].map((value) => ({ value, label: value }))
const status: Filter = { key: 'status', label: 'Status', options, many: true }
const kind: Filter = { key: 'kind', label: 'Kind', options: [{ value: 'chat', label: 'Conversation' }] }

describe('filters in the address', () => {
  test('only known options count, once each', () => {
    expect(chosenOf(at('/e?status=failed&status=x&status=failed'), status)).toEqual(['failed'])
    expect(chosenOf(at('/e?kind=chat&kind=chat'), kind)).toEqual(['chat'])
    expect(chosenOf(at('/e'), status)).toEqual([])
  })

  test('an option is chosen and taken back', () => {
    expect(toggleLink(at('/e?status=failed&after=x'), status, 'running')).toBe(
      '/e?status=failed&status=running',
    )
    expect(toggleLink(at('/e?status=failed&status=running'), status, 'failed')).toBe('/e?status=running')
    expect(toggleLink(at('/e?q=a'), kind, 'chat')).toBe('/e?q=a&kind=chat')
    expect(toggleLink(at('/e?q=a&kind=chat'), kind, 'chat')).toBe('/e?q=a')
  })

  test('all are removed and the rest of the address is kept', () =>
    expect(withoutLink(at('/e?status=failed&kind=chat&sort=name'), [status, kind])).toBe('/e?sort=name'))

  test.each([
    [['failed'], 'failed'],
    [['running', 'failed'], 'failed, running'],
    [['failed', 'running', 'waiting'], '3 of 3'],
  ])('a chip with %p says %p', (chosen, text) => expect(chosenText(status, chosen)).toBe(text))
})
