import { describe, expect, test } from 'bun:test'
import type { PromptVariable } from '../prompts/prompt.documents.ts'
import { changedFrom, formFrom, isMissing, readForm } from './values.ts'

const variable = (name: string, over: Partial<PromptVariable> = {}): PromptVariable => ({
  name,
  type: 'text',
  required: true,
  default: null,
  description: null,
  choices: [],
  ...over,
})

const all = [
  variable('topic', { type: 'long_text' }),
  variable('tone', { type: 'choice', choices: ['calm', 'sharp'], default: 'calm' }),
  variable('words', { type: 'number', required: false }),
  variable('examples', { type: 'boolean', required: false }),
  variable('facts', { type: 'json', required: false }),
]

describe('the form of a prompt', () => {
  test('begins with the defaults', () => {
    expect(formFrom(all, undefined)).toEqual({
      topic: '',
      tone: 'calm',
      words: '',
      examples: false,
      facts: '',
    })
  })

  test('comes back as the last message left it', () => {
    const { values } = readForm(all, {
      topic: 'ink',
      tone: 'sharp',
      words: '200',
      examples: true,
      facts: '{"a":[1]}',
    })
    expect(values).toEqual({ topic: 'ink', tone: 'sharp', words: 200, examples: true, facts: { a: [1] } })
    expect(readForm(all, formFrom(all, values)).values).toEqual(values)
  })

  test('JSON that is a string stays a string', () => {
    const facts = [variable('facts', { type: 'json' })]
    expect(readForm(facts, formFrom(facts, { facts: 'plain' })).values).toEqual({ facts: 'plain' })
  })

  test('names every missing required value', () => {
    const { issues } = readForm([variable('a'), variable('b'), variable('c', { required: false })], {
      a: '  ',
    })
    expect(issues).toEqual([
      { path: ['values', 'a'], message: 'Needs a value' },
      { path: ['values', 'b'], message: 'Needs a value' },
    ])
  })

  test('an emptied field with a default is not missing and leaves the default to the server', () => {
    const tone = variable('tone', { default: 'calm' })
    expect(isMissing(tone, '')).toBe(false)
    expect(readForm([tone], { tone: '' })).toEqual({ values: {}, issues: [] })
  })

  test('says what is no number and no JSON', () => {
    const { values, issues } = readForm(all, {
      ...formFrom(all, undefined),
      topic: 'x',
      words: 'many',
      facts: '{a',
    })
    expect(issues.map(({ path }) => path[1])).toEqual(['words', 'facts'])
    expect(values).toEqual({ topic: 'x', tone: 'calm', examples: false })
  })

  test('tells what was changed on it', () => {
    const beginning = { topic: '', tone: 'calm', examples: false }
    expect(changedFrom({ topic: 'rivers', tone: 'calm', examples: false }, beginning)).toEqual({
      topic: 'rivers',
    })
  })
})
