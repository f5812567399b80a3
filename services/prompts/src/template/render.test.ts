import { describe, expect, test } from 'bun:test'
import { renderedByteLimit, valueByteLimit } from './limits.ts'
import { renderPrompt } from './render.ts'
import { variableSchema, type Variable } from './variables.ts'

function variable(input: Partial<Variable> & { name: string }): Variable {
  return variableSchema.parse(input)
}

function render(
  body: string,
  values: Record<string, unknown> = {},
  variables: Variable[] = [],
  message = '',
) {
  return renderPrompt({ system: '', body, variables, values, message })
}

describe('rendering', () => {
  test('puts each value in its places, in system text and body', () => {
    const rendering = renderPrompt({
      system: 'You write {{tone}} letters.',
      body: 'Write to {{name}}, {{ tone }}.',
      variables: [],
      values: { name: 'Ada', tone: 'warm' },
      message: 'Keep it short.',
    })
    expect(rendering).toMatchObject({
      system: 'You write warm letters.',
      body: 'Write to Ada, warm.',
      text: 'Write to Ada, warm.\n\nKeep it short.',
      missing: [],
      unknown: [],
      issues: [],
      values: { name: 'Ada', tone: 'warm' },
    })
  })

  const once: [string, string][] = [
    ['{{y}}', 'a placeholder'],
    ['\\{{y}}', 'an escaped placeholder'],
    ['@company \\@company', 'a reference'],
    ["$& $1 $` $'", 'replacement patterns'],
    ['${1 + 1} {% x %} <script>', 'code of any kind'],
  ]
  for (const [value, what] of once) {
    test(`leaves ${what} inside a value as it is`, () => {
      expect(render('<{{x}}>{{y}}', { x: value, y: 'why' }).body).toBe(`<${value}>why`)
    })
  }

  test('does not let two values meet to form a placeholder', () => {
    expect(render('{{open}}secret}}', { open: '{{', secret: 'told' }).body).toBe('{{secret}}')
    expect(render('{{{{a}}}}', { a: 'b', b: 'no' }).body).toBe('{{b}}')
  })

  test('takes names such as __proto__ and constructor for names', () => {
    const values = JSON.parse('{"__proto__": "p", "constructor": "c"}') as Record<string, unknown>
    const rendering = render('{{__proto__}} {{constructor}} {{toString}}', values)
    expect(rendering.body).toBe('p c {{toString}}')
    expect(rendering.missing).toEqual(['toString'])
    expect(Object.hasOwn(rendering.values, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(rendering.values)).toBe(Object.prototype)
    expect(render('{{hasOwnProperty}}', {}).missing).toEqual(['hasOwnProperty'])
  })

  test('takes the message as it is and says where it cannot be sent', () => {
    expect(render('', {}, [], '{{x}} \\@y').text).toBe('{{x}} \\@y')
    expect(render('Hi', {}, [], 'a\u0000').issues).toEqual([
      { path: ['message'], message: 'The message holds the character U+0000, which cannot be stored.' },
    ])
  })
})

describe('missing values', () => {
  const declared = [
    variable({ name: 'given' }),
    variable({ name: 'filled', default: 'by default' }),
    variable({ name: 'free', required: false }),
    variable({ name: 'unused' }),
  ]
  const body = '{{given}}|{{filled}}|{{free}}|{{more}}|{{most}}'

  test('are all listed, and stay as written', () => {
    const rendering = render(body, {}, declared)
    expect(rendering.missing).toEqual(['given', 'more', 'most'])
    expect(rendering.body).toBe('{{given}}|by default||{{more}}|{{most}}')
    expect(rendering.values).toEqual({ filled: 'by default' })
  })

  test('are nothing, null and empty text, where a value is required', () => {
    expect(render('{{a}}{{b}}{{c}}', { a: null, b: '', c: ' ' }).missing).toEqual(['a', 'b'])
  })

  test('fall back to the default for null, not for an empty text', () => {
    const optional = [variable({ name: 'x', required: false, default: 'd' })]
    expect(render('{{x}}', { x: null }, optional).body).toBe('d')
    expect(render('{{x}}', { x: '' }, optional).body).toBe('')
  })

  test('of zero and false are values', () => {
    const typed = [variable({ name: 'n', type: 'number' }), variable({ name: 'b', type: 'boolean' })]
    expect(render('{{n}} {{b}}', { n: 0, b: false }, typed)).toMatchObject({ body: '0 false', missing: [] })
  })
})

describe('values', () => {
  type Case = [Partial<Variable>, unknown, string | null]
  const cases: Case[] = [
    [{ type: 'text' }, 'a', 'a'],
    [{ type: 'text' }, 12, '12'],
    [{ type: 'text' }, true, 'true'],
    [{ type: 'text' }, {}, null],
    [{ type: 'text' }, ['a'], null],
    [{ type: 'long_text' }, 'a\nb', 'a\nb'],
    [{ type: 'long_text' }, 'half \ud800', null],
    [{ type: 'text' }, 'nul \u0000', null],
    [{ type: 'number' }, 1.5, '1.5'],
    [{ type: 'number' }, ' 12345678901234567890 ', '12345678901234567890'],
    [{ type: 'number' }, '-1e3', '-1e3'],
    [{ type: 'number' }, 'twelve', null],
    [{ type: 'number' }, '0x10', null],
    [{ type: 'number' }, Number.NaN, null],
    [{ type: 'number' }, Number.POSITIVE_INFINITY, null],
    [{ type: 'number' }, true, null],
    [{ type: 'boolean' }, true, 'true'],
    [{ type: 'boolean' }, 'false', 'false'],
    [{ type: 'boolean' }, 'yes', null],
    [{ type: 'boolean' }, 1, null],
    [{ type: 'choice', choices: ['a', 'b'] }, 'b', 'b'],
    [{ type: 'choice', choices: ['a', 'b'] }, 'c', null],
    [{ type: 'choice', choices: ['a', 'b'] }, 1, null],
    [{ type: 'json' }, { a: [1] }, '{\n  "a": [\n    1\n  ]\n}'],
    [{ type: 'json' }, ' {"a":1} ', '{"a":1}'],
    [{ type: 'json' }, '"text"', '"text"'],
    [{ type: 'json' }, 'text', null],
    [{ type: 'json' }, '{"a":', null],
    [{ type: 'json' }, { a: '\u0000' }, null],
    [{ type: 'json' }, '{"a":"\\u0000"}', null],
    [{ type: 'document' }, '# Title', '# Title'],
    [{ type: 'document' }, 5, null],
  ]
  for (const [declared, value, expected] of cases) {
    test(`of type ${declared.type}: ${JSON.stringify(value)} is ${expected === null ? 'refused' : 'taken'}`, () => {
      const rendering = render('{{x}}', { x: value }, [variable({ name: 'x', ...declared })])
      expect(rendering.body).toBe(expected ?? '{{x}}')
      expect(rendering.issues.map((issue) => issue.path)).toEqual(expected === null ? [['values', 'x']] : [])
      expect(rendering.missing).toEqual([])
    })
  }

  test('nested too deep are refused without a crash', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000)
    const json = [variable({ name: 'x', type: 'json' })]
    expect(render('{{x}}', { x: JSON.parse(deep) as unknown }, json).issues).toHaveLength(1)
    expect(render('{{x}}', { x: deep }, json).issues).toHaveLength(1)
  })

  test('of unknown names are listed', () => {
    expect(render('{{a}}', { a: '1', b: '2', c: null }, [variable({ name: 'd' })]).unknown).toEqual([
      'b',
      'c',
    ])
  })

  test('have a limit each and one together', () => {
    const long = 'x'.repeat(valueByteLimit)
    expect(render('{{x}}', { x: long }).issues).toEqual([])
    expect(render('{{x}}', { x: `${long}x` }).issues[0]?.message).toBe('The value is longer than 1 MiB.')
    expect(render('{{x}}', { x: 'é'.repeat(valueByteLimit / 2 + 1) }).issues).toHaveLength(1)
    const rendering = render('{{x}}'.repeat(20_000), { x: long })
    expect(rendering.issues[0]?.message).toBe('The rendered text is longer than 2 MiB.')
    expect(rendering.body.length).toBeLessThanOrEqual(renderedByteLimit)
  })
})

describe('warnings', () => {
  test('name unused variables and what looks like a placeholder', () => {
    expect(render('{{first name}}', {}, [variable({ name: 'spare' })]).warnings).toEqual([
      'No placeholder uses the variable spare.',
      '{{first name}} is no placeholder and stays as written.',
    ])
  })

  test('do not come for a reference, since there are no snippets to know it by', () => {
    expect(render('@nobody and me@home.example').warnings).toEqual([])
  })
})
