import { describe, expect, test } from 'bun:test'
import { accepts } from './accept.ts'

const json = ['application/json']
const given = (accept?: string) => accepts(new Headers(accept === undefined ? {} : { accept }), json)

describe('what a client accepts', () => {
  test.each([
    undefined,
    '*/*',
    'application/*',
    'Application/JSON',
    'text/html, application/json;q=0.5',
    'application/json; charset=utf-8',
  ])('%p takes JSON', (accept) => {
    expect(given(accept)).toBe(true)
  })

  test.each(['', 'text/html', 'application/xml', 'application/json;q=0', 'application/json; charset=latin1'])(
    '%p does not',
    (accept) => {
      expect(given(accept)).toBe(false)
    },
  )
})
