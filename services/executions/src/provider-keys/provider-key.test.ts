import { expect, test } from 'bun:test'
import type { AppError } from '@quillworks/service-kit/errors'
import { checkKey, endingOf, type GivenKey } from './provider-key.ts'

const known = ['openai', 'anthropic', 'xai', 'gpu']

function problems(given: GivenKey): string[] {
  try {
    checkKey(given, known)
    return []
  } catch (error) {
    return (error as AppError).issues.map(({ path }) => path.join('.'))
  }
}

test('what people paste is cleaned', () => {
  expect(checkKey({ provider: ' OpenAI ', key: ' sk-1\n' }, known)).toEqual({
    provider: 'openai',
    key: 'sk-1',
    baseUrl: null,
  })
  expect(checkKey({ provider: 'ollama', baseUrl: 'http://localhost:11434/v1/' }, known)).toEqual({
    provider: 'ollama',
    key: '',
    baseUrl: 'http://localhost:11434/v1',
  })
})

test.each<[GivenKey, string[]]>([
  [{ provider: 'openai' }, ['key']],
  [{ provider: 'openai', baseUrl: 'https://proxy.example/v1' }, ['key']],
  [{ provider: 'gpu' }, ['key']],
  [{ provider: 'gpu', key: 'k' }, []],
  [{ provider: 'vllm', key: 'k' }, ['baseUrl']],
  [{ provider: 'vllm', baseUrl: 'https://vllm.example/v1' }, []],
  [{ provider: 'demo', key: 'k' }, ['provider']],
  [{ provider: 'a/b', key: 'two words' }, ['provider', 'key']],
  [{ provider: '', key: 'k' }, ['provider']],
  [{ provider: 'x', baseUrl: 'ftp://x' }, ['baseUrl']],
  [{ provider: 'x', baseUrl: 'https://name:word@x.example' }, ['baseUrl']],
  [{ provider: 'x', baseUrl: 'https://x.example/v1?key=1' }, ['baseUrl']],
  [{ provider: 'x', baseUrl: 'x' }, ['baseUrl']],
  [{ provider: 'openai', key: 'ключ' }, ['key']],
  [{ provider: 'openai', key: 'k'.repeat(1_001) }, ['key']],
])('%p has problems at %p', (given, expected) => {
  expect(problems(given)).toEqual(expected)
})

test('a short key shows nothing of itself', () => {
  expect([endingOf(''), endingOf('short-key'), endingOf('sk-long-enough-abcd')]).toEqual(['', '', 'abcd'])
})
