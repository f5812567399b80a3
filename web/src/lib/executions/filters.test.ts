import { describe, expect, test } from 'bun:test'
import { costOf, filterOf, queryOf, queryOfView, tidied } from './filters.ts'
import { usualViews, viewAt, viewOf, withView } from './views.ts'

const now = new Date('2026-03-10T12:34:56Z')
const projectId = '0198f3a2-0000-7000-8000-000000000001'
const viewerId = '0198f3a2-0000-7000-8000-000000000002'
const promptId = '0198f3a2-0000-7000-8000-000000000004'
const colleagueId = '0198f3a2-0000-7000-8000-000000000003'
const asked = (search: string) => {
  const { projectId: _, ...filter } = filterOf(new URL(`http://x/executions?${search}`), {
    projectId,
    viewerId,
    now,
  })
  return filter
}

describe('the address of the list', () => {
  const cases: [search: string, filter: object][] = [
    ['', {}],
    ['show=failed&other=1', {}],
    ['search=letter', { text: 'letter' }],
    ['search=+l+', {}],
    ['status=failed&status=timed_out&status=odd', { status: ['failed', 'timed_out'] }],
    ['kind=chat&kind=odd', { kind: ['chat'] }],
    [`source=${promptId}&model=demo/writer`, { sourceId: promptId, model: 'demo/writer' }],
    ['source=p1', {}],
    ['model=writer', {}],
    ['by=me', { createdBy: viewerId }],
    [`by=${colleagueId}`, { createdBy: colleagueId }],
    ['by=everybody', {}],
    ['waiting=me', { createdBy: viewerId, waitingFor: ['input', 'approval'] }],
    ['trigger=api&trigger=odd', { trigger: ['api'] }],
    ['cost=0.1-2', { costAtLeast: 0.1, costAtMost: 2 }],
    ['cost=-0', { costAtMost: 0 }],
    ['cost=dear', {}],
    ['since=24h', { createdAfter: '2026-03-09T12:00:00.000Z' }],
    ['since=2026-03-01', { createdAfter: '2026-03-01T00:00:00.000Z' }],
    [
      'since=2026-03-01&until=2026-03-01',
      { createdAfter: '2026-03-01T00:00:00.000Z', createdBefore: '2026-03-02T00:00:00.000Z' },
    ],
    ['since=2026-03-05&until=2026-03-01', { createdAfter: '2026-03-05T00:00:00.000Z' }],
    ['since=2026-13-01', {}],
  ]
  test.each(cases)('%p asks for %p', (search, filter) => expect(asked(search)).toEqual(filter))

  test('is of one project', () => {
    const url = new URL('http://x/executions?by=me')
    expect(filterOf(url, { projectId, viewerId, now }).projectId).toBe(projectId)
  })

  test.each([
    ['0.1-', { atLeast: 0.1 }],
    ['-2', { atMost: 2 }],
    ['1-2.5', { atLeast: 1, atMost: 2.5 }],
    ['-', undefined],
    ['1', undefined],
    ['1e9-', undefined],
    ['2-1', undefined],
    ['2000000-', undefined],
  ])('a cost of %p is %p', (text, cost) => expect(costOf(text)).toEqual(cost))
})

describe('an address that says what the page does not know', () => {
  const list = (search: string) => tidied(new URL(`http://x/executions?${search}`))

  test.each([
    ['status=odd', '/executions'],
    ['status=odd&status=failed&selected=1', '/executions?selected=1&status=failed'],
    ['kind=toString&trigger=odd&cost=dear&model=writer&source=p1&after=x', '/executions?after=x'],
    ['by=everybody&waiting=you&since=13h&until=soon', '/executions'],
    ['since=2026-03-05&until=2026-03-01', '/executions?since=2026-03-05'],
    ['model=demo/writer&model=demo/quick', '/executions?model=demo%2Fwriter'],
    ['kind=', '/executions'],
  ])('%p is put right as %p', (search, put) => expect(list(search)).toBe(put))

  test.each([
    '',
    'other=1',
    'search=l',
    'status=failed&status=canceled&by=me&waiting=me&kind=chat&trigger=api',
    'since=24h&until=2026-03-01&cost=0.1-',
  ])('%p stays as it is', (search) => expect(list(search)).toBeUndefined())

  test('is no view of its own', () => {
    const query = queryOf(new URL('http://x/?status=odd&kind=odd&search=l&cost=2-1'))
    expect(viewAt(usualViews, query)?.name).toBe('All')
  })
})

describe('a view', () => {
  const at = (search: string) => queryOf(new URL(`http://x/?${search}`))

  test('is the same in whatever order its address says it, and leaves out where one is in the list', () => {
    const query = 'search=a+b&status=failed&status=timed_out&model=demo%2Fwriter'
    expect(at('model=demo/writer&status=timed_out&status=failed&status=failed&search=a%20b')).toBe(query)
    expect(at(`${query}&selected=1&after=x&by=`)).toBe(query)
    expect(queryOfView(query)).toBe(query)
  })

  test('is found again by what the list shows, one’s own before the usual ones', () => {
    const own = viewOf({ id: '1', name: 'Broken', query: 'status=timed_out&status=failed' })
    expect(viewAt(usualViews, at(''))?.name).toBe('All')
    expect(viewAt(usualViews, at('status=timed_out&status=failed'))?.name).toBe('Failed')
    expect(viewAt([...usualViews, own], at('status=failed&status=timed_out'))?.name).toBe('Broken')
    expect(viewAt(usualViews, at('status=failed'))).toBeUndefined()
  })

  test('has its place by name and is there once', () => {
    const [a, b] = [
      viewOf({ id: '1', name: 'Arts', query: '' }),
      viewOf({ id: '2', name: 'Books', query: '' }),
    ]
    expect(withView([b], a)).toEqual([a, b])
    expect(withView([a, b], { ...a, name: 'Crafts' }).map(({ name }) => name)).toEqual(['Books', 'Crafts'])
  })
})
