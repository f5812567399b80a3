import { expect, test } from 'bun:test'
import { isOwnOrigin } from './origin.ts'

const publicUrl = 'https://quillworks.example'

test.each([
  ['a program', undefined, 'localhost:4000', true],
  ['a page of the same host', 'http://localhost:4000', 'localhost:4000', true],
  ['a page at the public address, behind a proxy', 'https://quillworks.example', 'gateway:4000', true],
  ['another port', 'http://localhost:5173', 'localhost:4000', false],
  ['another host', 'https://evil.example', 'localhost:4000', false],
  ['a host that begins alike', 'https://quillworks.example.evil.example', 'gateway:4000', false],
  ['a sandboxed page', 'null', 'localhost:4000', false],
])('%s', (_who, origin, host, own) => {
  const headers = new Headers({ host, ...(origin === undefined ? {} : { origin }) })
  expect(isOwnOrigin(headers, publicUrl)).toBe(own)
})
