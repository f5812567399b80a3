import { describe, expect, test } from 'bun:test'
import type { ExecutionDetail } from '../executions/execution.documents.ts'
import type { PromptVariable } from '../prompts/prompt.documents.ts'
import { newestTemplate, startedTemplate } from './template.ts'

const usage: ExecutionDetail['usage'] = {
  inputTokens: null,
  outputTokens: null,
  cachedTokens: null,
  totalTokens: null,
  costUsd: null,
  unknownAttempts: 0,
  unpricedAttempts: 0,
  timeToFirstTokenMs: null,
}
const execution: ExecutionDetail = {
  id: 'e',
  track: true,
  projectId: 'p',
  kind: 'chat',
  name: 'My letter',
  status: 'waiting',
  revision: 7,
  trigger: 'manual',
  createdAt: '2026-03-10T12:00:00Z',
  startedAt: null,
  finishedAt: null,
  durationMs: null,
  source: { type: 'prompt', id: 'p', name: 'Letter', version: 3 },
  visibility: 'organization',
  viewerCanWrite: true,
  viewerCanEnd: true,
  createdBy: { id: 'a', name: 'Ada' },
  progress: { done: 1, total: 1 },
  waiting: null,
  error: null,
  usage,
  output: null,
  derivedFrom: null,
  steps: [
    {
      key: 'message[0]',
      executionRevision: 7,
      name: null,
      kind: 'model',
      status: 'succeeded',
      attempt: 1,
      replaces: null,
      model: 'openai/gpt-5',
      input: { message: 'Hi', values: { friend: 'Ada', words: 200, merry: true, facts: [1], note: 'a\nb' } },
      output: null,
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      error: null,
      usage,
      attempts: [],
    },
  ],
}

describe('the form of a conversation', () => {
  test('is that of the version it began with', () => {
    const friend: PromptVariable = {
      name: 'friend',
      type: 'text',
      required: true,
      default: null,
      description: null,
      choices: [],
    }
    const version = { id: 'v', title: 'Letter then', model: null, variables: [friend] }
    expect(startedTemplate(execution, { id: 'p', version }, 'Acme')).toEqual({
      promptId: 'p',
      version: 3,
      title: 'Letter then',
      model: null,
      variables: [friend],
      sharedWith: 'Acme',
      deleted: false,
    })
  })

  test('says who else can read it: of a conversation as it began, of a new one as its prompt is', () => {
    const own = { ...execution, visibility: 'private' as const }
    expect(startedTemplate(own, null, 'Acme').sharedWith).toBeNull()
    const prompt = { id: 'p', title: 'Letter', model: null, versionNumber: 3, variables: [] }
    expect(newestTemplate({ ...prompt, visibility: 'organization' }, 'Acme').sharedWith).toBe('Acme')
    expect(newestTemplate({ ...prompt, visibility: 'private' }, 'Acme').sharedWith).toBeNull()
  })

  test('is guessed from the last values when the prompt is gone', () => {
    const { variables, ...rest } = startedTemplate(execution, null, 'Acme')
    expect(rest).toEqual({
      promptId: 'p',
      version: 3,
      title: 'Letter',
      model: 'openai/gpt-5',
      sharedWith: 'Acme',
      deleted: true,
    })
    expect(variables.map(({ name, type, required }) => [name, type, required])).toEqual([
      ['friend', 'text', false],
      ['words', 'number', false],
      ['merry', 'boolean', false],
      ['facts', 'json', false],
      ['note', 'long_text', false],
    ])
  })
})
