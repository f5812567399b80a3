import { expect, test } from 'bun:test'
import { normalizeSnippetName, snippetNameProblem } from './snippet-name.ts'

test('a name is taken with or without the @ that it is written with, in one encoding', () => {
  expect(normalizeSnippetName(' @company-info ')).toBe('company-info')
  expect(normalizeSnippetName('cafe\u0301')).toBe('caf\u00e9')
})

test.each(['company-info', 'Firma_2', '会社', 'a'.repeat(100)])('%p can be a name', (name) =>
  expect(snippetNameProblem(name)).toBeUndefined(),
)

test.each(['', 'two words', '-dash', 'a.b', 'a'.repeat(101), 'x@y'])('%p cannot', (name) =>
  expect(snippetNameProblem(name)).toStartWith('A name has letters'),
)
