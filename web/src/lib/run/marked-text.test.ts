import { describe, expect, test } from 'bun:test'
import { markParts, type RenderedWith } from './marked-text.ts'

const nothing: RenderedWith = { values: {}, origins: {}, snippets: [] }
const company = { id: 's1', name: 'Company', version: 3 }

const marked = (template: string, rendered: string, used: Partial<RenderedWith> = {}) =>
  markParts({ template, rendered, used: { ...nothing, ...used } })

describe('a rendered text in parts', () => {
  test('says which value is whose', () => {
    const used = { values: { name: 'Ada', tone: 'calm' }, origins: { name: 'call', tone: 'user' } }
    expect(marked('To {{name}}, {{tone}}.', 'To Ada, calm.', used)).toEqual([
      { text: 'To ' },
      { text: 'Ada', source: { kind: 'value', name: 'name', from: 'call' } },
      { text: ', ' },
      { text: 'calm', source: { kind: 'value', name: 'tone', from: 'user' } },
      { text: '.' },
    ])
  })

  test('marks what is missing where it stays as written', () => {
    expect(marked('To {{name}}', 'To {{name}}')).toEqual([
      { text: 'To ' },
      { text: '{{name}}', source: { kind: 'missing', name: 'name' } },
    ])
    expect(marked('To {{name}}!', 'To !')).toEqual([{ text: 'To ' }, { text: '!' }])
  })

  test('reads values that look like a template as what they are', () => {
    const used = { values: { a: '{{b}}', b: 'no' }, origins: {} }
    expect(marked('{{a}}{{b}}', '{{b}}no', used).map(({ text }) => text)).toEqual(['{{b}}', 'no'])
  })

  test('knows numbers and JSON as the server writes them', () => {
    const used = { values: { n: 12, j: { a: [1] }, t: ' {"a":1} ' } }
    const rendered = '12 {\n  "a": [\n    1\n  ]\n} {"a":1}'
    expect(marked('{{n}} {{j}} {{t}}', rendered, used).filter(({ source }) => source)).toHaveLength(3)
  })

  test('links a snippet whose text is known, however its name is written', () => {
    const snippets = [{ ...company, text: 'We are {{x}}.' }]
    expect(marked('@company says', 'We are {{x}}. says', { snippets })).toEqual([
      { text: 'We are {{x}}.', source: { kind: 'snippet', ...company } },
      { text: ' says' },
    ])
  })

  test('finds a snippet of an older message by what stands around it', () => {
    const parts = marked('Hi @company! Bye', 'Hi whoever we were! Bye', { snippets: [company] })
    expect(parts[1]).toEqual({ text: 'whoever we were', source: { kind: 'snippet', ...company } })
    expect(marked('@company', 'all of it', { snippets: [company] })).toHaveLength(1)
  })

  test('leaves unknown snippets and escapes as text', () => {
    expect(marked('@nobody \\@x', '@nobody @x')).toEqual([{ text: '@nobody' }, { text: ' @x' }])
  })
})

describe('a text that does not fit its template', () => {
  const whole = [{ text: 'Something else' }]

  test('comes back whole', () => {
    expect(marked('To {{name}}', 'Something else', { values: { name: 'Ada' } })).toEqual(whole)
    expect(marked('Something', 'Something else')).toEqual(whole)
    expect(marked('', '')).toEqual([])
  })

  test('as where two unknown texts touch', () => {
    const snippets = [company, { id: 's2', name: 'tone', version: 1 }]
    expect(marked('@company @tone', 'Something else', { snippets })).toHaveLength(3)
    expect(marked('{{x}}@company\n', 'Something else', { snippets })).toEqual(whole)
  })

  test('and names such as constructor are names', () => {
    expect(marked('{{constructor}}', '{{constructor}}')[0]?.source).toEqual({
      kind: 'missing',
      name: 'constructor',
    })
  })
})
