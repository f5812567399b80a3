import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'bun:test'
import { buildSchema, validate } from 'graphql'
import { supergraphFile } from '../supergraph/supergraph-file.ts'
import { byKeyQuery, etagOf, executionQuery, isKnown, readWait } from './executions.rest.ts'
import { revisionQuery, statusQuery } from './status-batch.ts'
import { isPending } from './status-body.ts'

test('what REST reads is in the supergraph', () => {
  const schema = buildSchema(readFileSync(supergraphFile, 'utf8'), { assumeValidSDL: true })
  const queries = [byKeyQuery, executionQuery, statusQuery, revisionQuery]
  expect(queries.flatMap((query) => validate(schema, query))).toEqual([])
})

describe('If-None-Match', () => {
  const etag = etagOf({ id: 'a', revision: 3, status: 'running' })
  test.each([
    [etag, true],
    [`W/${etag}`, true],
    [`"other", ${etag}`, true],
    ['*', true],
    ['"a.2"', false],
    [null, false],
  ])('%p', (header, known) => {
    expect(isKnown(header, etag)).toBe(known)
  })
})

describe('a long poll', () => {
  const wait = (query: string) => readWait(new URL(`http://localhost/api/executions/x?${query}`), 30)
  test('waits as long as it says, 30 seconds at most', () => {
    expect(wait('wait=5&revision=7')).toEqual({ waitSeconds: 5, revision: 7 })
    expect(wait('wait=900')).toEqual({ waitSeconds: 30, revision: 0 })
    expect(wait('')).toEqual({ waitSeconds: 0, revision: 0 })
  })
  test.each(['wait=-1', 'wait=soon', 'revision=1.5', 'revision=', 'wait=1e9'])('refuses %s', (query) => {
    expect(() => wait(query)).toThrow(expect.objectContaining({ code: 'input.invalid' }))
  })
})

test.each([
  [{ status: 'queued' }, true],
  [{ status: 'running', waiting: null }, true],
  [{ status: 'waiting', waiting: { for: 'timer' } }, true],
  [{ status: 'waiting', waiting: { for: 'input' } }, false],
  [{ status: 'waiting', waiting: { for: 'approval' } }, false],
  [{ status: 'succeeded' }, false],
])('%p is worth asking again soon: %p', (state, pending) => {
  expect(isPending({ id: 'a', revision: 1, ...state })).toBe(pending)
})
