import { expect, test } from 'bun:test'
import { libraryKeys, libraryPrompt } from './library.ts'

test.each([...libraryKeys])(
  'the paragraphs of %p are one line each, as people and models read them',
  (key) => {
    const { system, body } = libraryPrompt(key)
    const paragraphs = `${system}\n\n${body}`.split(/\n{2,}/)
    const isForm = (line: string) => /^(<|\{\{)/.test(line)
    const wrapped = paragraphs.filter((text) => text.includes('\n') && !text.split('\n').some(isForm))
    expect(wrapped).toEqual([])
  },
)
