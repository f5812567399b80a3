import { expect, test } from 'bun:test'
import type { CallModel } from '../../models/call-model.ts'
import { ModelError } from '../../models/model.errors.ts'
import { whenClosed } from './model.ts'

const request = { model: 'openai/x', settings: {}, system: '', messages: [] }
const open = () => new ModelError('model.circuit_open', 'Left alone.', { retryable: true, retryAfterMs: 1 })
const call = (signal = new AbortController().signal) => ({
  organizationId: 'o',
  request,
  signal,
  onText: () => {},
  onFirstToken: () => {},
})

test('a provider that is left alone is waited for, and what it then says is what counts', async () => {
  const answers = [open(), open(), new ModelError('model.truncated', 'Cut.', { retryable: true })]
  const callModel: CallModel = () => Promise.reject(answers.shift() ?? new Error('called too often'))
  const error = await whenClosed(callModel, call()).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'model.truncated' })
  expect(answers).toEqual([])
})

test('waiting ends with the step', async () => {
  const controller = new AbortController()
  let calls = 0
  const callModel: CallModel = () => {
    calls += 1
    if (calls === 3) controller.abort()
    return Promise.reject(open())
  }
  const error = await whenClosed(callModel, call(controller.signal)).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'model.circuit_open' })
  expect(calls).toBe(3)
})
