import { expect, test } from 'bun:test'
import { compose } from './compose.ts'
import { composePromptTask } from './prompt-task.ts'

const request = (system: string, content: string) => ({
  system,
  messages: [{ role: 'user' as const, content }],
})
const prompt = (system: string, body: string) =>
  `Improve this prompt.\n\n<title>\nT\n</title>\n<system>\n${system}\n</system>\n<body>\n${body}\n</body>\n\nKeep: nothing`

const references = ['{{a}}', '{{ b }}', '@snippet', '\\{{literal}}', 'x@y.example']

test('an improved prompt has all that it had, in the form that was asked for', () => {
  const body = `Write  \n\n\n\nabout ${references.join(' ')} and <body> tags`
  const answer = composePromptTask(
    request('You improve prompts for language models.', prompt('Be {{tone}}.', body)),
  )
  expect(answer).toMatch(
    /^<system>\nBe \{\{tone\}\}\.\n[\s\S]+\n<\/system>\n<body>\nWrite\n\nabout [\s\S]+\n<\/body>$/,
  )
  for (const reference of references) expect(answer).toContain(reference)
  const again = composePromptTask(
    request('You improve prompts for language models.', prompt('Be {{tone}}.', `${body}`)),
  )
  expect(again).toBe(answer ?? '')
})

test('a system text is improved alone, and written where there is none', () => {
  const system = 'You improve system texts of prompts for language models.'
  expect(composePromptTask(request(system, prompt('For @company.', 'Body {{x}}')))).toBe(
    '<system>\nFor @company.\nWhere something is unclear, say so instead of guessing.\n</system>',
  )
  expect(composePromptTask(request(system, prompt('', 'Body')))).toMatch(/^<system>\nYou work carefully/)
})

test('a prompt is written from a description, with its variables', () => {
  const asked =
    'Write a prompt for this task.\n\n<description>\nThank-you letters to our customers.\n</description>'
  const answer = composePromptTask(request('You write prompts for language models.', asked)) ?? ''
  expect(answer).toContain('<title>\nThank-you Letters to our Customers\n</title>')
  expect(answer).toContain('Your task: Thank-you letters to our customers.')
  const variables = /<variables>\n([\s\S]+)\n<\/variables>/.exec(answer)?.[1] ?? ''
  const names = (JSON.parse(variables) as { name: string }[]).map(({ name }) => name)
  for (const name of names) expect(answer).toContain(`{{${name}}}`)
})

const titles: [string, string][] = [
  ['Write a letter to {{name}} about {{topic}}.', 'Write a Letter'],
  [
    '@company-info Summarize the following text in three points, please now',
    'Summarize the Following Text in Three Points',
  ],
  ['{{x}}', 'A prompt'],
]
for (const [body, title] of titles) {
  test(`a title is made of words alone: ${title}`, () => {
    expect(composePromptTask(request('You name prompts.', prompt('', body)))).toBe(title)
  })
}

test('the answer is used as it is, with no note, however long the prompt', () => {
  const body = `{{first}} ${'word '.repeat(10_000)}{{last}}`
  const answer = compose({ ...request('You improve prompts.', prompt('', body)), brief: true })
  expect(answer).toEndWith('</body>')
  expect(answer).toContain('{{last}}')
  expect(composePromptTask(request('You are a poet.', prompt('', 'x')))).toBeUndefined()
})
