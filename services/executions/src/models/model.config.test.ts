import { defineConfig } from '@quillworks/service-kit/config'
import { expect, test } from 'bun:test'
import { modelConfigEntries } from './model.config.ts'

const read = defineConfig(modelConfigEntries)

test("reads servers of one's own with their keys, and base URLs without a slash at the end", () => {
  const config = read({
    QUILLWORKS_MODEL_SERVERS: 'ollama=http://127.0.0.1:11434/v1/, vllm=https://gpu.example/v1|secret',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1/',
    QUILLWORKS_ALLOW_HOSTS: 'gpu.internal:8000, 10.0.0.0/8',
  })
  expect(config.modelServers).toEqual([
    { name: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1', apiKey: '' },
    { name: 'vllm', baseUrl: 'https://gpu.example/v1', apiKey: 'secret' },
  ])
  expect(config.openaiBaseUrl).toBe('http://127.0.0.1:9/v1')
  expect(config.allowHosts).toEqual(['gpu.internal:8000', '10.0.0.0/8'])
})

test.each([
  ['QUILLWORKS_MODEL_SERVERS', 'ollama'],
  ['QUILLWORKS_MODEL_SERVERS', 'openai=http://127.0.0.1/v1'],
  ['QUILLWORKS_MODEL_SERVERS', 'a=ftp://host/v1'],
  ['OPENAI_BASE_URL', 'localhost:8000'],
  ['ANTHROPIC_BASE_URL', 'file:///etc'],
  ['QUILLWORKS_OPENAI_WIRE', 'websocket'],
  ['QUILLWORKS_MODEL_IDLE_MS', '0'],
  ['QUILLWORKS_DEMO_DELAY_MS', '-1'],
])('refuses %s=%s by name', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name)
})

test('never repeats a key in a problem', () => {
  expect(() => read({ QUILLWORKS_MODEL_SERVERS: 'BAD=http://host/v1|secret' })).not.toThrow('secret')
})
