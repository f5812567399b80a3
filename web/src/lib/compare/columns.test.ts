import { expect, test } from 'bun:test'
import type { PromptVariable } from '../prompts/prompt.documents.ts'
import {
  columnParam,
  columnsFrom,
  firstColumns,
  sharedVariables,
  variablesOfVersion,
  versionInput,
  versionOptions,
  whomColumnAsks,
} from './columns.ts'

const variable = (name: string): PromptVariable => ({
  name,
  type: 'text',
  required: true,
  default: null,
  description: null,
  choices: [],
})
const version = (number: number, labels: string[], names: string[], model: string | null = null) => ({
  node: { id: `p:${number}`, number, labels, model, variables: names.map(variable) },
})
const prompt = {
  versionNumber: 3,
  variables: [variable('reader')],
  versions: {
    edges: [version(3, [], ['reader']), version(2, ['production'], ['reader', 'tone']), version(1, [], [])],
  },
}

test('columns survive the way through an address', () => {
  const columns = [
    { model: 'openai/gpt-4o:x', which: '@production', executionId: '01a1-f' },
    { model: '', which: '', executionId: undefined },
    { model: 'demo/writer', which: 'v2', executionId: undefined },
  ]
  expect(columnsFrom(columns.map(columnParam))).toEqual(columns)
})

test('what is no column, and a fifth one, is left out', () => {
  expect(columnsFrom(['a~v0~', 'a~x~', 'a~~~b', 'a~~<b>'])).toEqual([
    { model: 'a', which: '', executionId: undefined },
  ])
  expect(columnsFrom(Array.from({ length: 6 }, () => 'a~~'))).toHaveLength(4)
})

test('a version, a label and the newest are asked for by what they are', () => {
  expect(['', 'v12', '@v12'].map(versionInput)).toEqual([{}, { version: 12 }, { label: 'v12' }])
})

test('labels come before versions', () => {
  expect(versionOptions(prompt).map(({ label }) => label)).toEqual([
    'Newest, v3',
    'production, v2',
    'Version 3',
    'Version 2',
    'Version 1',
  ])
})

test('the form has the variables of every version that is compared, each once', () => {
  const lists = ['', '@production', 'v1'].map((which) => variablesOfVersion(prompt, which))
  expect(lists.map((list) => list.length)).toEqual([1, 2, 0])
  expect(sharedVariables(lists, prompt.variables).map(({ name }) => name)).toEqual(['reader', 'tone'])
})

test('its fields stand as the newest version has them, whichever column comes first', () => {
  const older = ['tone', 'reader', 'gone'].map(variable)
  const newest = ['reader', 'unused', 'tone'].map(variable)
  expect(sharedVariables([older], newest).map(({ name }) => name)).toEqual(['reader', 'tone', 'gone'])
})

test('it begins with what differs', () => {
  const models = [
    { id: 'a', available: true },
    { id: 'b', available: false },
    { id: 'c', available: true },
  ]
  expect(firstColumns({ model: null, versionNumber: 3 }, models).map(({ which }) => which)).toEqual([
    'v2',
    '',
  ])
  expect(firstColumns({ model: 'a', versionNumber: 1 }, models).map(({ model }) => model)).toEqual(['', 'c'])
})

test('whom a column asks is known before it is run', () => {
  const asked = {
    ...prompt,
    model: 'demo/quick',
    versions: { edges: [version(3, [], [], 'demo/quick'), version(2, ['production'], [], 'demo/writer')] },
  }
  const ask = (model: string, which: string) => whomColumnAsks(asked, { model, which })
  expect(ask('', '')).toEqual({ version: 3, model: 'demo/quick' })
  expect(ask('', '@production')).toEqual({ version: 2, model: 'demo/writer' })
  expect(ask('openai/gpt-4o', 'v2')).toEqual({ version: 2, model: 'openai/gpt-4o' })
  expect(ask('', 'v1')).toEqual({ version: 1, model: null })
})
