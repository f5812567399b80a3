import { describe, expect, test } from 'bun:test'
import { exampleRequest, scopeText } from './scopes.ts'

test.each([
  [['*'], 'Everything'],
  [['prompts:read', 'executions:write'], 'Read prompts, Run prompts'],
  [['documents:read'], 'documents:read'],
])('%p in words', (scopes, text) => expect(scopeText(scopes)).toBe(text))

describe('the example', () => {
  const example = (...scopes: string[]) => exampleRequest({ url: 'http://q.test', key: 'qwk_1', scopes })

  test.each([
    [['*'], 'prompts(first'],
    [['executions:read'], 'executions(first'],
    [['identity:read'], 'viewer'],
    [['executions:write'], '__typename'],
  ])('with %p asks only what is allowed', (scopes, part) => {
    expect(example(...scopes)).toContain(part)
    expect(example(...scopes)).toContain('Bearer qwk_1')
  })
})
