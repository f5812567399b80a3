import { expect, test } from 'bun:test'
import { providerProblem } from './known-providers.ts'

test('an unknown provider is named together with those that are known; its models are its own affair', () => {
  const providers = ['demo', 'openai']
  expect(providerProblem('nope/x', providers)).toBe(
    'There is no model provider nope. Model ids are provider/name, with one of the providers demo, openai.',
  )
  expect(providerProblem('openai/made/up', providers)).toBeUndefined()
})
