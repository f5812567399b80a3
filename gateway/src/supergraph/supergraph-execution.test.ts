import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'bun:test'
import { createLogger } from '@quillworks/service-kit/logger'
import { execute, parse, validate } from 'graphql'
import { readSubgraphs } from '../compose.ts'
import { maskError } from '../edge/mask-error.ts'
import { downService, mockService } from './mock-services.test-utils.ts'
import { createStitchedSchema } from './stitched-schema.ts'
import { supergraphFile } from './supergraph-file.ts'
import { createSupergraphExecution } from './supergraph-execution.ts'

const supergraphSdl = readFileSync(supergraphFile, 'utf8')
const logger = createLogger('test', { level: 'silent' })

/** Both ways to answer over the same made-up services, one of which may be down. */
function bothWays(down?: string) {
  const asked: string[] = []
  const executors = Object.fromEntries(
    readSubgraphs().map((subgraph) => [
      subgraph.name,
      subgraph.name === down ? downService : mockService(subgraph, asked),
    ]),
  )
  const stitched = createStitchedSchema({ supergraphSdl, executors })
  const planned = createSupergraphExecution({ supergraphSdl, stitched, executors })

  return async (query: string, variableValues: Record<string, unknown> = {}) => {
    const document = parse(query)
    expect(validate(stitched, document)).toEqual([])
    const args = { schema: stitched, document, variableValues }
    const answers: string[] = []
    const requests: string[][] = []
    let unplanned = 0
    for (const answer of [
      () => execute({ ...args, contextValue: {} }),
      () =>
        planned({ ...args, contextValue: {} }, (other) => {
          unplanned += 1
          return execute(other) as Promise<object>
        }),
    ]) {
      asked.length = 0
      const { data, errors } = await answer()
      const shown = errors?.map((error) => maskError(error, logger).toJSON())
      answers.push(JSON.stringify({ data, errors: shown }, null, 1))
      requests.push([...asked])
    }
    return { stitched: answers[0], planned: answers[1], requests: requests[1] ?? [], unplanned }
  }
}

interface Shown {
  data: unknown
  errors?: unknown[]
}

const text = (value: unknown) => JSON.stringify(value)

type Asked = [query: string, variables?: Record<string, unknown>]
const given = (asked: Asked[]) => asked.map(([query, variables = {}]) => [query, variables] as const)

const one = '{ id name status progress { done total } steps { key usage { costUsd } attempts { number } } }'

/** Queries that one service answers, with variables. */
const whole = given([
  [`query ($id: ID!) { execution(id: $id) ${one} }`, { id: 'a' }],
  [`query ($id: ID!) { execution(id: $id) ${one} }`, { id: 'none' }],
  [`query ($id: ID!) { execution(id: $id) ${one} }`, { id: 'broken' }],
  [`query ($id: ID!) { execution(id: $id) ${one} }`, { id: 'half' }],
  [
    `query Named($id: ID!, $more: Boolean!, $less: Boolean = true) {
    again: execution(id: $id) { __typename key: id ...Some @include(if: $more) ... on Execution @skip(if: $less) { kind } }
    other: execution(id: "b") { ...Some }
    __typename
  } fragment Some on Execution { name steps { ...Deep } } fragment Deep on Step { output input status }`,
    { id: 'a', more: false },
  ],
  [
    '{ executions(first: 2, filter: { status: [running], createdBy: "u" }) { edges { cursor node { id createdBy { id } } } } }',
  ],
  [
    'query ($after: String) { executions(after: $after) { edges { node { events(first: 2) { edges { node { at data } } } } } } }',
    { after: null },
  ],
  ['query ($on: Boolean!) { execution(id: "a") @include(if: $on) { id } models { name } }', { on: false }],
  ['{ a: execution(id: "broken") { id } b: execution(id: "b") { id } models { id } }'],
  ['{ executionEvents(id: "broken") { edges { cursor } } b: execution(id: "b") { id } }'],
  ['{ viewer { scopes user { name email } organizations { name } } }'],
  [
    'mutation ($id: ID!) { cancelExecution(id: $id, reason: "no") { id status } renameExecution(id: "b", name: "n") { name } }',
    { id: 'a' },
  ],
  ['mutation { cancelExecution(id: "broken") { id } renameExecution(id: "b", name: "n") { name } }'],
  ['{ prompts(sort: updated_desc) { edges { node { title tags } } pageInfo { hasNextPage endCursor } } }'],
])

/** Queries over several services. */
const across = given([
  ['query ($id: ID!) { execution(id: $id) { createdBy { name id } name } }', { id: 'a' }],
  ['query ($id: ID!) { execution(id: $id) { createdBy { name id } name } }', { id: 'none' }],
  ['query ($id: ID!) { execution(id: $id) { createdBy { name id } name } }', { id: 'broken' }],
  [
    '{ viewer { user { email } } prompt(id: "p") { title owner { name __typename } } execution(id: "e") { id createdBy { email mail: email } } }',
  ],
  [
    '{ executions { edges { node { createdBy { ...Person } name } } totalCount } } fragment Person on User { id name image __typename }',
  ],
  [
    'query ($yes: Boolean!, $no: Boolean!) { execution(id: "e") { createdBy { name @include(if: $no) id @skip(if: $yes) } kind } viewer { scopes } }',
    { yes: true, no: false },
  ],
  [
    'query ($no: Boolean!) { execution(id: "e") { createdBy @include(if: $no) { name } createdBy { email } } }',
    { no: false },
  ],
  [
    'query ($no: Boolean!) { execution(id: "e") { ... @include(if: $no) { createdBy { name } } id } prompt(id: "p") { id } }',
    { no: false },
  ],
  ['mutation { runPrompt(input: { promptId: "p" }) { id } }'],
  [
    'mutation ($input: RunPromptInput!) { runPrompt(input: $input) { name id createdBy { name } steps { key } } }',
    { input: { promptId: 'p', values: { a: [1] } } },
  ],
  [
    'query ($first: Int = 3) { __typename executions(first: $first) { edges { node { name } } } viewer { scopes } }',
  ],
  ['{ execution(id: "nobody") { name createdBy { id } } viewer { scopes } }'],
  ['{ execution(id: "broken") { name } prompt(id: "p") { title } }'],
  ['{ executionEvents(id: "broken") { edges { cursor } } prompt(id: "p") { title } }'],
  ['{ execution(id: "half") { kind createdBy { id } steps { key name } } prompt(id: "half") { title } }'],
])

/** Queries in which an entity cannot be had. */
const missing = given([
  ['{ execution(id: "nobody") { name createdBy { id name } } }'],
  ['{ execution(id: "nobody") { name createdBy { image } } viewer { scopes } }'],
  ['{ execution(id: "nameless") { name createdBy { name email } } prompt(id: "nameless") { title } }'],
])

const left = [
  '{ __typename }',
  '{ __schema { queryType { name } } }',
  '{ execution(id: "a") { id } __type(name: "Step") { name } }',
  'mutation { cancelExecution(id: "a") { id } archivePrompt(id: "p") { id } }',
]

describe('a planned answer is the stitched one, word for word', () => {
  const ask = bothWays()
  test.each(whole)('one service: %s %j', async (query, variables) => {
    const answer = await ask(query, variables)
    expect(answer.planned).toBe(answer.stitched ?? '')
    expect([answer.unplanned, answer.requests.length]).toEqual([0, 1])
  })
  test.each(across)('several services: %s %j', async (query, variables) => {
    const answer = await ask(query, variables)
    expect(answer.planned).toBe(answer.stitched ?? '')
    expect(answer.unplanned).toBe(0)
  })
  test.each(missing)('something missing: %s %j', async (query, variables) => {
    const answer = await ask(query, variables)
    expect(answer.planned).toBe(answer.stitched ?? '')
    expect(answer.unplanned).toBe(0)
  })
  test.each(left)('left to stitching: %s', async (query) => {
    expect((await ask(query)).unplanned).toBe(1)
  })
})

describe('while a service is down', () => {
  test.each(['executions', 'prompts', 'identity'])('%s, answers are the stitched ones', async (down) => {
    const ask = bothWays(down)
    for (const [query, variables] of [...whole, ...across, ...missing]) {
      const answer = await ask(query, variables)
      const [planned, stitched] = [answer.planned, answer.stitched].map(
        (shown) => JSON.parse(shown ?? '') as Shown,
      )
      expect(planned?.data).toEqual(stitched?.data)
      // Their order is that of arrival; where the whole answer is null, one of its reasons is enough.
      if (stitched?.data === null) expect(planned?.errors).not.toBeEmpty()
      else
        expect(planned?.errors?.map(text)?.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
          stitched?.errors?.map(text).toSorted((a, b) => (a < b ? -1 : 1)),
        )
    }
  })
})

test('people named in several places are asked for once', async () => {
  const { requests } = await bothWays()(
    '{ executions { edges { node { createdBy { name } } } } prompt(id: "p") { owner { name } } }',
  )
  expect(requests.map((request) => request.split(':')[0])).toEqual(['executions', 'prompts', 'identity'])
  expect(requests.at(-1)?.match(/_entities/g)).toHaveLength(1)
})
