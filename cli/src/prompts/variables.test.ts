import { describe, expect, test } from 'bun:test'
import { CommandError } from '../command-error.ts'
import { parseAssignments, readValue, typeValues } from './variables.ts'

const variables = [
  { name: 'count', type: 'number', choices: [] },
  { name: 'short', type: 'boolean', choices: [] },
  { name: 'rows', type: 'json', choices: [] },
  { name: 'tone', type: 'choice', choices: ['dry', 'warm'] },
  { name: 'topic', type: 'long_text', choices: [] },
]
const typed = (texts: string[]) => typeValues(variables, parseAssignments(texts))

describe('variables', () => {
  test('get the types that the prompt declares', () => {
    expect(typed(['count=-1.5', 'short=off', 'rows={"a":[]}', 'tone=dry', 'topic=1'])).toEqual({
      count: -1.5,
      short: false,
      rows: { a: [] },
      tone: 'dry',
      topic: '1',
    })
  })

  test('may be empty, hold an equals sign, and be given twice, the last one counting', () => {
    expect(typed(['topic=a', 'topic==b='])).toEqual({ topic: '=b=' })
    expect(typed(['topic='])).toEqual({ topic: '' })
  })

  test('are refused with every problem at once', () => {
    let message = ''
    try {
      typed(['count=', 'short=maybe', 'rows={', 'tone=loud', 'size=1'])
    } catch (error) {
      expect(error).toBeInstanceOf(CommandError)
      message = error instanceof Error ? error.message : ''
    }
    for (const part of [
      'count is a number',
      'short is true or false',
      'rows is JSON',
      'tone is one of dry, warm',
      'size: the prompt has no such variable',
    ]) {
      expect(message).toContain(part)
    }
  })

  test('without a name are refused', () => {
    expect(() => parseAssignments(['=x'])).toThrow('name=value')
    expect(() => parseAssignments(['x'])).toThrow('name=value')
  })

  test('come from a file with @, and keep an @ that is doubled', async () => {
    const read = (path: string) => Promise.resolve(`content of ${path}\n`)
    expect(await readValue('@notes.md', read)).toBe('content of notes.md')
    expect(await readValue('@@snippet', read)).toBe('@snippet')
    expect(await readValue('a@b', read)).toBe('a@b')
  })
})
