import { describe, expect, test } from 'bun:test'
import { checkTemplate } from './checks.ts'
import { templateByteLimit } from './limits.ts'
import { effectiveVariables, impliedVariable } from './form-variables.ts'
import { checkVariables, normalizeVariables, variableSchema, type Variable } from './variables.ts'

function variable(input: Partial<Variable> & { name: string }): Variable {
  return variableSchema.parse(input)
}

describe('the variables of a form', () => {
  test('stand in the order of the text, whichever was declared first, and a required text where none was', () => {
    const [tone, length] = [
      variable({ name: 'tone', type: 'choice', choices: ['warm'] }),
      variable({ name: 'length' }),
    ]
    expect(effectiveVariables([tone, length], ['topic', 'length', 'tone'])).toEqual([
      impliedVariable('topic'),
      length,
      tone,
    ])
  })

  test('end with those that the text does not name', () => {
    const [audience, tone] = [variable({ name: 'audience' }), variable({ name: 'tone' })]
    expect(effectiveVariables([audience, tone], ['tone'])).toEqual([tone, audience])
  })

  test('lose on saving what a form made for a placeholder that is gone, and nothing that says more', () => {
    const kept = [
      variable({ name: 'a', description: 'of note' }),
      variable({ name: 'b', default: 0 }),
      variable({ name: 'used' }),
    ]
    expect(normalizeVariables([...kept, variable({ name: 'gone' })], ['used'])).toEqual(kept)
  })

  test('have their names in one encoding', () => {
    expect(normalizeVariables([variable({ name: 'cafe\u0301' })], ['caf\u00e9'])[0]?.name).toBe('caf\u00e9')
  })
})

describe('checking variables', () => {
  const cases: [string, Variable[], (string | number)[][]][] = [
    ['nothing wrong', [variable({ name: 'a' }), variable({ name: 'A' })], []],
    ['a bad name', [variable({ name: 'first name' })], [['variables', 0, 'name']]],
    ['an empty name', [variable({ name: '' })], [['variables', 0, 'name']]],
    ['a name twice', [variable({ name: 'a' }), variable({ name: 'a' })], [['variables', 1, 'name']]],
    ['a choice of nothing', [variable({ name: 'a', type: 'choice' })], [['variables', 0, 'choices']]],
    [
      'an empty choice',
      [variable({ name: 'a', type: 'choice', choices: ['x', ' '] })],
      [['variables', 0, 'choices']],
    ],
    [
      'a choice twice',
      [variable({ name: 'a', type: 'choice', choices: ['x', 'x'] })],
      [['variables', 0, 'choices']],
    ],
    ['choices of a text', [variable({ name: 'a', choices: ['x'] })], [['variables', 0, 'choices']]],
    [
      'a default that is no number',
      [variable({ name: 'a', type: 'number', default: 'x' })],
      [['variables', 0, 'default']],
    ],
    [
      'a default not offered',
      [variable({ name: 'a', type: 'choice', choices: ['x'], default: 'y' })],
      [['variables', 0, 'default']],
    ],
    ['a default with U+0000', [variable({ name: 'a', default: '\u0000' })], [['variables', 0, 'default']]],
    [
      'a description with U+0000',
      [variable({ name: 'a', description: '\u0000' })],
      [['variables', 0, 'description']],
    ],
    ['too many', Array.from({ length: 201 }, (_, index) => variable({ name: `v${index}` })), [['variables']]],
  ]
  for (const [what, variables, paths] of cases) {
    test(`finds ${what}`, () => expect(checkVariables(variables).map((issue) => issue.path)).toEqual(paths))
  }
})

describe('checking a template', () => {
  const good = { title: 'A', system: '', body: '', variables: [] }
  const cases: [string, Partial<typeof good>, string[]][] = [
    ['nothing wrong', {}, []],
    ['the longest body', { body: 'x'.repeat(templateByteLimit) }, []],
    ['a body too long', { body: 'x'.repeat(templateByteLimit + 1) }, ['body']],
    ['a body too long in bytes', { body: '€'.repeat(100_000) }, ['body']],
    ['U+0000 in both texts', { system: '\u0000', body: '\u0000' }, ['system', 'body']],
    ['half a surrogate pair', { body: '\udc00' }, ['body']],
    ['an empty title', { title: ' ' }, ['title']],
    ['a long title', { title: 'x'.repeat(201) }, ['title']],
    ['U+0000 in the title', { title: 'a\u0000' }, ['title']],
    ['a title of the longest characters', { title: '😀'.repeat(100) }, []],
  ]
  for (const [what, change, fields] of cases) {
    test(`finds ${what}`, () => {
      expect(checkTemplate({ ...good, ...change }).map((issue) => issue.path[0])).toEqual(fields)
    })
  }
})
