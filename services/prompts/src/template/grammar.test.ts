import { describe, expect, test } from 'bun:test'
import { scanTemplate, snippetKey } from './grammar.ts'
import {
  findPlaceholders,
  findSnippets,
  placeholderNames,
  snippetNames,
  strayBraces,
} from './placeholders.ts'

/** What a template becomes when each placeholder is shown as `<name>` and each snippet as `[name]`. */
function shown(template: string): string {
  return scanTemplate(template)
    .map((piece) => {
      if (piece.type === 'text') return piece.text
      return piece.type === 'placeholder' ? `<${piece.name}>` : `[${piece.name}]`
    })
    .join('')
}

describe('the grammar', () => {
  const cases: [string, string][] = [
    ['', ''],
    ['Hello', 'Hello'],
    ['{{name}}', '<name>'],
    ['{{ name }}', '<name>'],
    ['{{\tname  }}', '<name>'],
    ['a{{x}}b{{y}}c', 'a<x>b<y>c'],
    ['{{x}}{{x}}', '<x><x>'],
    ['{{a-b_c.d9}}', '<a-b_c.d9>'],
    ['{{9}}', '<9>'],
    ['{{größe}} {{名前}}', '<größe> <名前>'],
    ['{{_x}}', '<_x>'],
    ['{{__proto__}} {{constructor}} {{toString}}', '<__proto__> <constructor> <toString>'],
    ['{{-x}}', '{{-x}}'],
    ['{{.x}}', '{{.x}}'],
    ['{{first name}}', '{{first name}}'],
    ['{{a\n}}', '{{a\n}}'],
    ['{{}}', '{{}}'],
    ['{{ }}', '{{ }}'],
    ['{name}', '{name}'],
    ['{{name}', '{{name}'],
    ['{{{name}}}', '{<name>}'],
    ['{{{{name}}}}', '{{<name>}}'],
    ['{{a{{b}}', '{{a<b>'],
    ['{{x+1}} {{x()}} {{x|y}} {{#if x}}', '{{x+1}} {{x()}} {{x|y}} {{#if x}}'],
    ['${x} <%= x %> {% x %}', '${x} <%= x %> {% x %}'],
    ['\\{{name}}', '{{name}}'],
    ['\\{{ \\{{', '{{ {{'],
    ['\\{ \\n \\\\', '\\{ \\n \\\\'],
    ['\\\\{{name}}', '\\{{name}}'],
    ['\\@company', '@company'],
    ['@company-info and a@b.example', '[company-info] and a@b.example'],
    ['(@a) "@b" *@c* @d, @e. @f', '([a]) "[b]" *[c]* [d], [e]. [f]'],
    ['@Größe @名前 @9_a-', '[Größe] [名前] [9_a-]'],
    ['jane.doe+x@b.example a_@b 9@b %@b -@b ü@b', 'jane.doe+x@b.example a_@b 9@b %@b -@b ü@b'],
    ['u\u0308@b', 'u\u0308@b'],
    ['{{x}}@a{{y}}', '<x>[a]<y>'],
    ['@a@b @@c', '[a]@b @[c]'],
    ['@-a @ a @', '@-a @ a @'],
    ['{{@a}}', '{{[a]}}'],
    ['@a{{x}} @{{x}}', '[a]<x> @<x>'],
    [`@${'n'.repeat(100)}`, `[${'n'.repeat(100)}]`],
    [`@${'n'.repeat(101)}`, `@${'n'.repeat(101)}`],
    ['a\\@b.example', 'a@b.example'],
    ['\\\\@', '\\@'],
    [`{{${'n'.repeat(100)}}}`, `<${'n'.repeat(100)}>`],
    [`{{${'n'.repeat(101)}}}`, `{{${'n'.repeat(101)}}}`],
    ['😀{{x}}😀', '😀<x>😀'],
  ]
  for (const [template, expected] of cases) {
    test(`reads ${JSON.stringify(template.slice(0, 40))}`, () => expect(shown(template)).toBe(expected))
  }

  test('takes one name for one, however its accents are encoded', () => {
    expect(placeholderNames({ system: '{{caf\u00e9}}', body: '{{cafe\u0301}}' })).toEqual(['caf\u00e9'])
  })
})

describe('pieces', () => {
  const alphabet = [
    '{',
    '{{',
    '}',
    '}}',
    '\\',
    '@',
    'a',
    'name',
    ' ',
    '\n',
    '.',
    '-',
    '{{x}}',
    '\\{{',
    '\\@',
    '😀',
    '$&',
    'é',
  ]
  test('cover every template from end to end, and what is no escape stays as written', () => {
    const random = generator(20_261_121)
    for (let round = 0; round < 3_000; round += 1) {
      const template = Array.from({ length: random(14) }, () => alphabet[random(alphabet.length)]).join('')
      const pieces = scanTemplate(template)
      let position = 0
      for (const piece of pieces) {
        expect(piece.start).toBe(position)
        expect(piece.end).toBeGreaterThan(piece.start)
        const written = template.slice(piece.start, piece.end)
        if (piece.type === 'text') expect(piece.text).toBe(written.replaceAll(/\\(\{\{|@)/g, '$1'))
        else if (piece.type === 'snippet') expect(written.normalize('NFC')).toBe(`@${piece.name}`)
        else expect(written.slice(2, -2).trim().normalize('NFC')).toBe(piece.name)
        position = piece.end
      }
      expect(position).toBe(template.length)
      expect(pieces.some((piece, index) => piece.type === 'text' && pieces[index + 1]?.type === 'text')).toBe(
        false,
      )
    }
  })

  test('are found in one pass, whose work grows with the length only', () => {
    const hostile = [
      `{{${' '.repeat(250_000)}`,
      '{{a'.repeat(80_000),
      `{{a${'\t'.repeat(250_000)}}`,
      '\\'.repeat(250_000),
      `@${'a'.repeat(250_000)}`,
      '@'.repeat(250_000),
    ]
    for (const template of hostile) expect(shown(template)).toBe(template)
  })
})

describe('placeholders', () => {
  test('are found where they stand, system text first', () => {
    expect(findPlaceholders({ system: 'Be {{tone}}', body: '{{ a }}\\{{b}}{{tone}}' })).toEqual([
      { name: 'tone', in: 'system', start: 3, end: 11 },
      { name: 'a', in: 'body', start: 0, end: 7 },
      { name: 'tone', in: 'body', start: 13, end: 21 },
    ])
  })

  test('are named once, in the order of their first use', () => {
    expect(placeholderNames({ system: '{{b}}', body: '{{a}}{{b}}{{A}}' })).toEqual(['b', 'a', 'A'])
  })

  test('that are none are told, but not those escaped on purpose', () => {
    expect(strayBraces('{{first name}} {{x}} \\{{ok then}} {{a+b}} {{first name}}')).toEqual([
      '{{first name}}',
      '{{a+b}}',
    ])
  })
})

describe('snippets', () => {
  test('are found where they stand, and named once whatever their case', () => {
    const texts = { system: 'By @Company', body: '@tone \\@no @company' }
    expect(findSnippets(texts)).toEqual([
      { name: 'Company', in: 'system', start: 3, end: 11 },
      { name: 'tone', in: 'body', start: 0, end: 5 },
      { name: 'company', in: 'body', start: 11, end: 19 },
    ])
    expect(snippetNames(texts)).toEqual(['Company', 'tone'])
  })

  test('have one key for all spellings of a name', () => {
    expect(snippetKey('CAFE\u0301-Info')).toBe(snippetKey('caf\u00e9-info'))
    expect(snippetKey('a-b')).not.toBe(snippetKey('a_b'))
  })
})

/** A small generator of whole numbers below `limit`, the same in each run. */
function generator(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}
