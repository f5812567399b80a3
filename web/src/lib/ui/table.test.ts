import { expect, test } from 'bun:test'
import { fitted, toggled, tracks, type Column } from './table.ts'

const columns: Column[] = [
  { key: 'name', label: 'Name' },
  { key: 'cost', label: 'Cost', width: '90px', hideBelow: 'medium' },
  { key: 'by', label: 'By', hideBelow: 'wide' },
]

test.each([
  ['narrow', 'minmax(120px,1fr)'],
  ['medium', 'minmax(120px,1fr) 90px'],
  ['wide', 'minmax(120px,1fr) 90px max-content'],
] as const)('a %s table has the tracks %p', (room, template) =>
  expect(tracks(columns, { room, selectable: false, actions: false })).toBe(template),
)

test('checkboxes and actions have tracks of their own', () =>
  expect(tracks(columns, { room: 'narrow', selectable: true, actions: true })).toBe(
    'max-content minmax(120px,1fr) max-content',
  ))

test('columns are left out by importance, so that those shown fit', () => {
  const many: Column[] = [
    { key: 'name', label: 'Name', width: 'minmax(200px,1fr)' },
    { key: 'a', label: 'A', width: '100px' },
    { key: 'b', label: 'B', width: 'minmax(100px,.5fr)' },
    { key: 'c', label: 'C', width: '200px' },
    { key: 'when', label: 'When', width: '124px' },
  ]
  // Name, when and the margins take 376 px, each further one its own and a gap of 20.
  const shownFrom = (columns: Column[], order: string[]) =>
    Object.fromEntries(fitted(columns, order).map(({ key, hideBelow }) => [key, hideBelow]))
  const fixed = { name: undefined, when: undefined }
  expect(shownFrom(many, ['b', 'a', 'c'])).toEqual({ ...fixed, b: 'small', a: 'medium', c: 'large' })
  expect(shownFrom(many, ['c', 'a', 'b'])).toEqual({ ...fixed, c: 'small', a: 'medium', b: 'large' })
  expect(shownFrom(many.toSpliced(3, 1), ['c', 'a', 'b'])).toEqual({ ...fixed, a: 'small', b: 'medium' })
})

const keys = ['a', 'b', 'c', 'd']

test.each([
  [[], { key: 'b', from: undefined, range: false }, ['b']],
  [['b'], { key: 'b', from: 'b', range: false }, []],
  [['b'], { key: 'd', from: 'b', range: true }, ['b', 'c', 'd']],
  [['d'], { key: 'a', from: 'd', range: true }, ['a', 'b', 'c', 'd']],
  [['a', 'b', 'c'], { key: 'c', from: 'b', range: true }, ['a']],
  [['x'], { key: 'b', from: 'gone', range: true }, ['x', 'b']],
] as [string[], { key: string; from: string | undefined; range: boolean }, string[]][])(
  '%p and a press of %p make %p',
  (selected, press, result) => expect(toggled(selected, { keys, ...press }).sort()).toEqual(result.sort()),
)
