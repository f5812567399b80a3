import { expect, test } from 'bun:test'
import { emptyContent, inputOf, isSame, variablesOf, type PromptContent } from './prompt-content.ts'

const content = (more: Partial<PromptContent>): PromptContent => ({ ...emptyContent, ...more })
const variable = (name: string, more = {}) => ({
  name,
  type: 'text' as const,
  required: true,
  default: null,
  description: null,
  choices: [],
  ...more,
})

test('a placeholder gets a variable as it is typed, and loses it with its last trace', () => {
  expect(variablesOf(content({ body: 'To {{name}}' })).map(({ name }) => name)).toEqual(['name'])
  expect(variablesOf(content({ body: 'To', variables: [variable('name')] }))).toEqual([])
})

test('what was said about a variable outlives its placeholder', () => {
  const said = variable('name', { description: 'Of the reader' })
  expect(variablesOf(content({ body: '', variables: [said] }))).toEqual([said])
})

test('choices are sent of a choice only', () => {
  const input = inputOf(content({ body: '{{a}}', variables: [variable('a', { choices: ['x'] })] }))
  expect(input.variables?.[0]?.choices).toEqual([])
})

test('an implied variable that was looked at is no change', () => {
  const before = content({ body: '{{a}}' })
  expect(isSame(before, content({ body: '{{a}}', variables: [variable('a')] }))).toBe(true)
  expect(isSame(before, content({ body: '{{a}}', variables: [variable('a', { required: false })] }))).toBe(
    false,
  )
  expect(isSame(before, content({ body: '{{a}} ' }))).toBe(false)
})
