import { expect, test } from 'bun:test'
import { cleanJson, cleanText } from './clean.ts'

test('U+0000 and lone surrogates become U+FFFD, whole pairs stay', () => {
  expect(cleanText('a\0b\ud800c\udc00d😀\ud83d')).toBe('a\ufffdb\ufffdc\ufffdd😀\ufffd')
})

test('every text inside a value is cleaned, keys too, and escapes in it are left alone', () => {
  const value = {
    'k\0': ['\0', { deep: '\ud800' }],
    text: 'the six characters \\u0000',
    number: 1,
    nothing: null,
  }
  expect(JSON.parse(cleanJson(value))).toEqual({
    'k\ufffd': ['\ufffd', { deep: '\ufffd' }],
    text: 'the six characters \\u0000',
    number: 1,
    nothing: null,
  })
})
