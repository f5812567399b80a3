import { afterAll, beforeAll, expect, test } from 'bun:test'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'

let server: PromptsServer
beforeAll(async () => {
  server = await startPromptsServer()
})
afterAll(() => server.close())

const PREVIEW = `query ($input: PromptPreviewInput!) { promptPreview(input: $input) {
  body system text missing unknown warnings issues { path message }
  placeholders { name in start end } variables { name type required } } }`

async function preview(identity: ReturnType<typeof someone>, input: Record<string, unknown>) {
  const answer = await server.ask<{ promptPreview: Record<string, unknown> }>(identity, PREVIEW, { input })
  return answer.promptPreview
}

test('unsaved text is shown with everything that stands in its way', async () => {
  const shown = await preview(someone(), {
    body: 'Dear {{name}}, {{n}} {{gone}} {{not one}}',
    system: 'Be {{tone}}',
    variables: [{ name: 'n', type: 'number' }, { name: 'spare' }],
    values: { name: 'Ada', n: 'many', typo: 1 },
    message: 'Hello',
  })
  expect(shown).toEqual({
    body: 'Dear Ada, {{n}} {{gone}} {{not one}}',
    system: 'Be {{tone}}',
    text: 'Dear Ada, {{n}} {{gone}} {{not one}}\n\nHello',
    missing: ['tone', 'gone'],
    unknown: ['typo'],
    issues: [{ path: ['values', 'n'], message: 'Must be a number, not this text.' }],
    warnings: [
      'No placeholder uses the variable spare.',
      '{{not one}} is no placeholder and stays as written.',
    ],
    placeholders: [
      { name: 'tone', in: 'system', start: 3, end: 11 },
      { name: 'name', in: 'body', start: 5, end: 13 },
      { name: 'n', in: 'body', start: 15, end: 20 },
      { name: 'gone', in: 'body', start: 21, end: 29 },
    ],
    variables: [
      { name: 'tone', type: 'text', required: true },
      { name: 'name', type: 'text', required: true },
      { name: 'n', type: 'number', required: true },
      { name: 'gone', type: 'text', required: true },
      { name: 'spare', type: 'text', required: true },
    ],
  })
})

test('a saved prompt is shown, an older version of it, and with unsaved text over it', async () => {
  const ada = someone()
  const create = `mutation { createPrompt(input: { title: "T", body: "One {{x}}", system: "S" }) { id } }`
  const { createPrompt } = await server.ask<{ createPrompt: { id: string } }>(ada, create)
  const promptId = createPrompt.id
  await server.ask(ada, `mutation { updatePrompt(input: { id: "${promptId}", body: "Two {{x}}" }) { id } }`)
  expect(await preview(ada, { promptId, values: { x: 1 } })).toMatchObject({ body: 'Two 1', system: 'S' })
  expect(await preview(ada, { promptId, version: 1, values: { x: 1 } })).toMatchObject({ body: 'One 1' })
  expect(await preview(ada, { promptId, body: 'Three {{x}}', values: { x: 1 } })).toMatchObject({
    body: 'Three 1',
    system: 'S',
  })
  expect(await server.codeOf(ada, PREVIEW, { input: { promptId, version: 9 } })).toBe(
    'prompt.version_not_found',
  )
})

test('what could not be saved cannot be shown either', async () => {
  const ada = someone()
  for (const input of [{ body: '\u0000' }, { variables: [{ name: 'a b' }] }, { values: [1] }]) {
    expect([input, await server.codeOf(ada, PREVIEW, { input })]).toEqual([input, 'input.invalid'])
  }
})
