import { expect, test } from 'bun:test'
import { promptListVariables } from './prompt-list.ts'

const at = (search: string) => new URL(`http://x/acme/default/prompts${search}`)

test('the plain list shows the first page of those in use, changed last first', () => {
  expect(promptListVariables(at(''), 'p')).toEqual({
    first: 50,
    after: null,
    search: null,
    tag: null,
    model: null,
    label: null,
    projectId: 'p',
    archived: false,
    sort: 'updated_desc',
  })
})

test('the address says the rest', () => {
  expect(promptListVariables(at('?search=a&sort=title&archived=yes&before=c'), 'p')).toMatchObject({
    last: 50,
    before: 'c',
    search: 'a',
    archived: true,
    sort: 'title_asc',
  })
})

test('a sort that is none is the usual one', () => {
  expect(promptListVariables(at('?sort=-evil'), 'p').sort).toBe('updated_desc')
})
