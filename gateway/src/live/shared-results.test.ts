import { expect, test } from 'bun:test'
import { buildSchema, execute, parse } from 'graphql'
import { sharedResults } from './shared-results.ts'

const schema = buildSchema('type Query { text: String, done: Boolean }')

function counted() {
  let count = 0
  const answer = sharedResults((args) => {
    count += 1
    return execute(args)
  })
  return { answer, count: () => count }
}

test('an event is carried out once for each document, however many get it', async () => {
  const { answer, count } = counted()
  const [all, text] = [parse('{ text done }'), parse('{ text }')]
  const event = { text: 'a', done: false }
  const first = await answer({ schema, document: all }, event)
  expect(await answer({ schema, document: all }, event)).toBe(first)
  expect(first.data).toEqual({ text: 'a', done: false })
  expect((await answer({ schema, document: text }, event)).data).toEqual({ text: 'a' })
  expect((await answer({ schema, document: all }, { text: 'b', done: true })).data).toEqual({
    text: 'b',
    done: true,
  })
  expect(count()).toBe(3)
})

test('what variables decide is carried out for each', async () => {
  const { answer } = counted()
  const document = parse('query ($with: Boolean!) { text done @include(if: $with) }')
  const event = { text: 'a', done: false }
  const ask = async (value: boolean) =>
    (await answer({ schema, document, variableValues: { with: value } }, event)).data
  expect(await ask(true)).toEqual({ text: 'a', done: false })
  expect(await ask(false)).toEqual({ text: 'a' })
})
