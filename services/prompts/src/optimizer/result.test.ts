import { describe, expect, test } from 'bun:test'
import { parseAnswer, titleOf } from './answer.ts'
import { libraryKeys, libraryPrompt, readLibraryPrompt, renderLibrary } from './library.ts'
import { lostReferences, referencesOf } from './references.ts'
import { judge, lostIn, type Given } from './result.ts'
import { variableSchema } from '../template/variables.ts'

const given: Given = {
  kind: 'optimization',
  part: 'whole',
  title: 'A letter',
  system: 'For @Company-Info. Be {{tone}}.',
  body: 'Write to {{name}} about {{topic}}, {{tone}}. @greeting',
  variables: [variableSchema.parse({ name: 'topic' })],
}
const answerOf = (system: string, body: string) => `<system>\n${system}\n</system>\n<body>\n${body}\n</body>`

describe('the library', () => {
  test('holds every prompt that optimizers run, each readable and whole', () => {
    for (const key of libraryKeys) {
      const prompt = libraryPrompt(key)
      expect(prompt.title.length).toBeGreaterThan(3)
      expect(prompt.description.length).toBeGreaterThan(10)
      expect(prompt.body).not.toBe('')
    }
    expect(libraryPrompt('optimize').variables.map(({ name, required }) => [name, required])).toEqual([
      ['title', false],
      ['system', false],
      ['body', false],
      ['keep', false],
      ['instruction', false],
    ])
  })

  test('puts texts in as they are: what they hold is never filled', () => {
    const { body, system } = renderLibrary(libraryPrompt('optimize'), {
      title: '',
      system: '@nobody {{body}}',
      body: 'Write {{topic}} \\{{x}}',
      keep: '{{topic}}',
      instruction: 'shorter',
    })
    expect(body).toContain('<system>\n@nobody {{body}}\n</system>\n<body>\nWrite {{topic}} \\{{x}}\n</body>')
    expect(system).toContain('such as {{topic}}, is a placeholder')
    expect(system).toContain('@company-info')
  })

  test('refuses a file that is none, and leaves no placeholder of its own unfilled', () => {
    expect(() => readLibraryPrompt('title', 'no head')).toThrow('does not say its key')
    expect(() => readLibraryPrompt('title', '---\nkey: keep\n---\n# Body\nx')).toThrow('calls itself keep')
    expect(() => renderLibrary(libraryPrompt('generate'), {})).toThrow('other variables')
  })
})

describe('what has to stay', () => {
  test('is each placeholder and snippet, wherever it stands, snippets in any case', () => {
    expect(referencesOf(given)).toEqual(['{{tone}}', '{{name}}', '{{topic}}', '@Company-Info', '@greeting'])
    const moved = { system: '', body: '{{topic}}{{name}}{{ tone }} @COMPANY-info @greeting' }
    expect(lostReferences(given, moved)).toEqual([])
    expect(lostReferences(given, { system: '', body: '\\{{topic}} {{Name}} {{tone}} x@greeting' })).toEqual([
      '{{name}}',
      '{{topic}}',
      '@Company-Info',
      '@greeting',
    ])
  })
})

describe('an answer', () => {
  test('is read with whatever stands around it', () => {
    const parts = ['system', 'body'] as const
    expect(parseAnswer(`Sure!\n${answerOf('S', 'B\n\nB')}\nDone.`, parts)).toEqual({
      system: 'S',
      body: 'B\n\nB',
      problems: [],
    })
    expect(parseAnswer(answerOf('', '  B'), parts)).toEqual({ system: '', body: '  B', problems: [] })
    expect(parseAnswer('<body>B</body>', parts)).toEqual({ body: 'B', problems: [] })
    expect(parseAnswer(answerOf('<b>bold</b>', 'Answer in <body>…</body> tags.'), parts).body).toBe(
      'Answer in <body>…</body> tags.',
    )
  })

  test('that breaks off or has no form says so', () => {
    expect(parseAnswer('<system>\nS\n</system>\n<body>\nHalf', ['system', 'body'])).toEqual({
      system: 'S',
      body: 'Half',
      problems: ['The answer ends in the middle of its body.'],
    })
    const formless = parseAnswer('```text\nJust {{this}}\n```', ['system', 'body'])
    expect(formless.body).toBe('Just {{this}}')
    expect(formless.problems).toHaveLength(1)
    expect(parseAnswer('New text', ['system'])).toMatchObject({ system: 'New text' })
  })

  const titles: [string, string][] = [
    ['A fine title', 'A fine title'],
    ['\n"Letters to customers."\nBecause…', 'Letters to customers'],
    ['Title: **Minutes**', 'Minutes'],
    ['# Head  line', 'Head line'],
    ['', ''],
    ['x'.repeat(300), 'x'.repeat(200)],
  ]
  for (const [answer, title] of titles) {
    test(`of a title ${JSON.stringify(answer.slice(0, 20))} is its words`, () =>
      expect(titleOf(answer)).toBe(title))
  }
})

describe('a result', () => {
  const whole = answerOf('For @company-info. {{tone}}', '{{name}} {{topic}} @greeting')
  const worse = answerOf('{{tone}}', '{{name}} {{fresh}}')

  test('of an optimization keeps title and variables, and tells what is lost and added', () => {
    expect(judge(given, [whole, ''])).toEqual({
      title: 'A letter',
      system: 'For @company-info. {{tone}}',
      body: '{{name}} {{topic}} @greeting',
      variables: given.variables,
      lost: [],
      added: [],
      corrected: false,
      problems: [],
    })
    expect(judge(given, [worse])).toMatchObject({
      lost: ['{{topic}}', '@Company-Info', '@greeting'],
      added: ['{{fresh}}'],
    })
    expect(lostIn(given, worse)).toEqual(['{{topic}}', '@Company-Info', '@greeting'])
  })

  test('takes the answer that lost least, of equals the second', () => {
    expect(judge(given, [worse, whole])).toMatchObject({ lost: [], corrected: true })
    expect(judge(given, [whole, worse])).toMatchObject({ lost: [], corrected: true })
    const other = worse.replace('{{fresh}}', '{{newer}}')
    expect(judge(given, [worse, other])).toMatchObject({ added: ['{{newer}}'], corrected: true })
  })

  test('of a system text leaves the body alone, and loses what only the body still has', () => {
    const part: Given = { ...given, part: 'system' }
    expect(judge(part, ['<system>\nBe short. @company-info\n</system>'])).toMatchObject({
      system: 'Be short. @company-info',
      body: given.body,
      lost: ['{{tone}}'],
    })
  })

  test('of nothing is what was given', () => {
    const nothing = {
      system: given.system,
      body: given.body,
      lost: [],
      problems: ['The model answered nothing.'],
    }
    expect(judge(given, ['', ' '])).toMatchObject({ ...nothing, corrected: false })
    expect(lostIn(given, '')).toEqual([])
  })

  test('of a generation has the variables that the answer describes well, and texts for the rest', () => {
    const generated = judge(
      { ...given, kind: 'generation', title: '', system: '', body: '', variables: [] },
      [
        `<title>Letters</title><system>S</system><body>{{a}} {{b}} {{c}}</body>
      <variables>[{"name":"a","type":"choice","choices":["x"]},{"name":"b","type":"number","default":"no"},
      {"name":"gone"},{"name":"a"},{"nonsense":1}]</variables>`,
      ],
    )
    expect(generated).toMatchObject({ title: 'Letters', system: 'S', lost: [], added: [], problems: [] })
    expect(generated.variables.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'a choice',
      'b text',
      'c text',
    ])
    const undescribed = judge(
      { ...given, kind: 'generation', title: '', system: '', body: '', variables: [] },
      ['<title>T</title><body>{{a}}</body><variables>none</variables>'],
    )
    expect(undescribed.variables.map(({ name }) => name)).toEqual(['a'])
    expect(undescribed.problems).toHaveLength(1)
  })

  test('of a title is the title alone', () => {
    expect(judge({ ...given, kind: 'title' }, ['"Thanks"'])).toMatchObject({
      title: 'Thanks',
      body: given.body,
    })
    expect(judge({ ...given, kind: 'title' }, ['']).title).toBe('A letter')
  })
})
