import { describe, expect, test } from 'bun:test'
import { renderedByteLimit, valueByteLimit } from './limits.ts'
import { renderPrompt } from './render.ts'
import type { ScopedValue } from './resolve-values.ts'
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

  test('do not come for a reference where nobody looked for snippets, nor for an address', () => {
    expect(render('@nobody and me@home.example').warnings).toEqual([])
  })
})

describe('snippets', () => {
  const company = { id: 'c', name: 'Company', version: 3, text: 'Acme {{x}} @tone \\@ {{first name}}' }
  const tone = { id: 't', name: 'tone', version: 1, text: 'warm' }
  const snippets = new Map([company, tone].map((one) => [one.name.toLowerCase(), one]))

  test('are put in as they are, never read as templates, and told once each', () => {
    const rendering = renderPrompt({
      system: 'Be @tone.',
      body: '@company|@COMPANY|{{x}}|a@tone.example|\\@tone',
      variables: [],
      values: { x: '@company' },
      snippets,
    })
    expect(rendering).toMatchObject({
      system: 'Be warm.',
      body: `${company.text}|${company.text}|@company|a@tone.example|@tone`,
      snippets: [tone, company],
      warnings: [],
      missing: [],
    })
  })

  test('that are unknown stay as written, with a warning for each name', () => {
    const {
      body,
      warnings,
      snippets: used,
    } = renderPrompt({
      system: '',
      body: '@Nobody @tone @nobody',
      variables: [],
      values: {},
      snippets,
    })
    expect(body).toBe('@Nobody warm @nobody')
    expect(used).toEqual([tone])
    expect(warnings).toEqual(['There is no snippet @Nobody for you; it stays as written.'])
  })

  test('named like what objects have are names', () => {
    expect(renderPrompt({ system: '', body: '@constructor', variables: [], values: {}, snippets }).body).toBe(
      '@constructor',
    )
  })

  test('count in what is rendered', () => {
    const long = { ...tone, text: 'x'.repeat(64 * 1024) }
    const body = '@tone '.repeat(40)
    const rendering = renderPrompt({
      system: '',
      body,
      variables: [],
      values: {},
      snippets: new Map([['tone', long]]),
    })
    expect(rendering.issues[0]?.message).toBe('The rendered text is longer than 2 MiB.')
    expect(rendering.body.length).toBeLessThanOrEqual(renderedByteLimit)
  })
})

describe('where a value came from', () => {
  const declared = [
    variable({ name: 'a', default: 'default a' }),
    variable({ name: 'b', default: 'default b' }),
    variable({ name: 'c', type: 'number', required: false }),
    variable({ name: 'd', required: false }),
  ]
  const scoped = new Map<string, ScopedValue>([
    ['a', { from: 'user', value: 'mine' }],
    ['c', { from: 'project', value: 7 }],
    ['e', { from: 'organization', value: 'ours' }],
  ])
  const sourcesOf = (values: Record<string, unknown>) => {
    const rendering = renderPrompt({
      system: '',
      body: '{{a}}|{{b}}|{{c}}|{{d}}|{{e}}',
      variables: declared,
      values,
      scoped,
    })
    return [rendering.body, rendering.sources.map(({ name, from }) => `${name}: ${from}`)]
  }

  test('is the call, else the scope, else the default', () => {
    expect(sourcesOf({})).toEqual([
      'mine|default b|7||ours',
      ['a: user', 'b: default', 'c: project', 'e: organization'],
    ])
    expect(sourcesOf({ a: 'given', d: 'd', e: null })).toEqual([
      'given|default b|7|d|ours',
      ['a: call', 'b: default', 'c: project', 'd: call', 'e: organization'],
    ])
    expect(sourcesOf({ c: '' })[0]).toBe('mine|default b|||ours')
  })

  test('is named where a scoped value does not fit', () => {
    const rendering = renderPrompt({
      system: '',
      body: '{{c}}{{a}}',
      variables: declared,
      values: {},
      scoped: new Map<string, ScopedValue>([['c', { from: 'organization', value: 'seven' }]]),
    })
    expect(rendering.issues).toEqual([
      {
        path: ['values', 'c'],
        message: 'The value kept for the organization does not fit. Must be a number, not this text.',
      },
    ])
  })
})
