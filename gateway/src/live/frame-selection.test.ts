import { expect, test } from 'bun:test'
import { execute, parse } from 'graphql'
import { frameSelection } from './frame-selection.ts'
import { createLiveSchema } from './live.graphql.ts'

const never = () => Promise.reject(new Error('Nothing subscribes here.'))
const schema = createLiveSchema({
  executionUpdated: never,
  executionsUpdated: never,
  executionEvents: never,
  executionStream: never,
})
const frame = { stepKey: 'a', attempt: 2, offset: 7, text: 'é"\n', done: false }

test.each([
  'subscription { executionStream(id: "e") { stepKey attempt offset text done } }',
  'subscription ($id: ID!) { executionStream(id: $id) { offset text } }',
  'subscription Named { it: executionStream(id: "e", fromOffset: 3) { at: offset text again: text } }',
])('answers as carrying it out would: %s', async (source) => {
  const document = parse(source)
  const carriedOut = await execute({ schema, document, rootValue: frame, variableValues: { id: 'e' } })
  const selected = frameSelection(document)?.(frame)
  expect(JSON.stringify(selected)).toBe(JSON.stringify(carriedOut))
})

test.each([
  'subscription { executionStream(id: "e") { __typename text } }',
  'subscription ($with: Boolean!) { executionStream(id: "e") { text @include(if: $with) } }',
  'subscription { executionStream(id: "e") { ...Part } } fragment Part on StreamFrame { text }',
  'subscription { executionStream(id: "e") { ... on StreamFrame { text } } }',
  'subscription { executionUpdated(id: "e") { id } }',
  'subscription A { executionStream(id: "e") { text } } subscription B { executionStream(id: "e") { done } }',
])('leaves the rest to be carried out: %s', (source) => {
  expect(frameSelection(parse(source))).toBeUndefined()
})
