import { expect, test } from 'bun:test'
import { jsonTokens } from './json-tokens.ts'

test('each piece of JSON has its kind', () =>
  expect(jsonTokens('{"a": [1.5e3, true, "x\\"y"]}')).toEqual([
    { kind: 'mark', text: '{' },
    { kind: 'key', text: '"a"' },
    { kind: 'mark', text: ':' },
    { kind: 'plain', text: ' ' },
    { kind: 'mark', text: '[' },
    { kind: 'number', text: '1.5e3' },
    { kind: 'mark', text: ',' },
    { kind: 'plain', text: ' ' },
    { kind: 'word', text: 'true' },
    { kind: 'mark', text: ',' },
    { kind: 'plain', text: ' ' },
    { kind: 'string', text: '"x\\"y"' },
    { kind: 'mark', text: ']}' },
  ]))

test.each(['', 'not JSON at all', '{"open": "never closed', '"\\', '<b>{{name}}</b>', 'x'.repeat(70_000)])(
  'nothing is lost of %p',
  (text) =>
    expect(
      jsonTokens(text)
        .map((token) => token.text)
        .join(''),
    ).toBe(text),
)
