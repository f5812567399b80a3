import { expect, test } from 'bun:test'
import { parse } from 'graphql'
import { checkLiterals, checkVariables } from './clean-input.ts'

test('U+0000 anywhere in the variables is refused, with its place', () => {
  const variables = { input: { title: 'fine', values: ['fine', { deep: 'a\u0000b' }] } }
  expect(() => checkVariables(variables)).toThrow(
    expect.objectContaining({
      code: 'input.invalid',
      issues: [expect.objectContaining({ path: ['values', 1, 'deep'] })],
    }),
  )
  expect(() => checkVariables({ values: { 'a\u0000': 1 } })).toThrow()
  expect(() => checkVariables({ values: { 'a\ud800': 1 } })).toThrow()
  expect(() => checkVariables({ values: ['\udc00'] })).toThrow()
})

test('everything else passes', () => {
  expect(() => checkVariables({ a: 'text \n 🦊', b: null, c: [1, true], d: {} })).not.toThrow()
  expect(() => checkVariables(undefined)).not.toThrow()
  expect(() => checkLiterals(parse('{ prompt(id: "x\\n") { id } }'))).not.toThrow()
})

test('U+0000 in a literal of the document is refused', () => {
  expect(() => checkLiterals(parse('{ prompt(id: "x\\u0000") { id } }'))).toThrow(
    expect.objectContaining({ issues: [expect.objectContaining({ path: ['id'] })] }),
  )
  expect(() => checkLiterals(parse('{ run(input: { values: ["a", "x\\u0000"] }) { id } }'))).toThrow(
    expect.objectContaining({ issues: [expect.objectContaining({ path: ['values', 1] })] }),
  )
})

test('a value nested beyond measure is refused before it can exhaust anything', () => {
  let deep: unknown = 'x'
  for (let depth = 0; depth < 20_000; depth += 1) deep = [deep]
  expect(() => checkVariables({ deep })).toThrow('The input is not valid.')
})

test('a number that is not finite is refused, in variables and literals, and not taken for none', () => {
  const variables: unknown = JSON.parse('{ "input": { "settings": { "temperature": 1e999 } } }')
  const place = [expect.objectContaining({ path: ['settings', 'temperature'] })]
  expect(() => checkVariables(variables)).toThrow(expect.objectContaining({ issues: place }))
  const document = parse('{ run(input: { settings: { temperature: -1e999 } }) { id } }')
  expect(() => checkLiterals(document)).toThrow(expect.objectContaining({ issues: place }))
  expect(() => checkVariables({ a: 1e308, b: -0.5 })).not.toThrow()
})
