import { expect, test } from 'bun:test'
import { changesBetween } from './version-fields.ts'
import type { VersionText } from './versions.documents.ts'

const version: VersionText = {
  id: 'v',
  number: 1,
  title: 'Letter',
  system: '',
  body: 'To {{name}}',
  model: null,
  settings: { temperature: null, topP: null, maxOutputTokens: null },
  variables: [{ name: 'name', type: 'text', required: true, default: null, description: null, choices: [] }],
}

test('the same twice has no changes', () =>
  expect(changesBetween(version, { ...version, number: 2 })).toEqual([]))

test('only what differs is told', () => {
  const after = { ...version, body: 'Dear {{name}}', settings: { ...version.settings, temperature: 0.2 } }
  expect(changesBetween(version, after)).toEqual([
    { name: 'Body', before: 'To {{name}}', after: 'Dear {{name}}' },
    {
      name: 'Model and settings',
      before: 'model of the server',
      after: 'model of the server\ntemperature 0.2',
    },
  ])
})

test('the first version is new in all its parts', () => {
  expect(changesBetween(null, version).map(({ name }) => name)).toEqual([
    'Title',
    'Body',
    'Variables',
    'Model and settings',
  ])
})
