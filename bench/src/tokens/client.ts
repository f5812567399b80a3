import OpenAI from 'openai'
import { wallMs } from '../support/clock.ts'
import { helperSetup, serveHelper } from '../support/helper.ts'
import { openSockets } from '../support/graphql-ws.ts'
import type { ClientSetup, StreamsLoad } from './load.ts'
import { pace } from './pace.ts'
import { rawStream } from './raw-stream.ts'
import { type StreamsResult, Tally } from './tally.ts'

// The client of all streams, as cheap as it can be, so that it is not the limit.

const setup = helperSetup<ClientSetup>()
const modelPath = '/v1/chat/completions'
const messages = [{ role: 'user' as const, content: 'Write about the sea.' }]
const openai = new OpenAI({
  apiKey: 'none',
  baseURL: `http://127.0.0.1:${setup.modelPort}/v1`,
  maxRetries: 0,
})

type Hear = (text: string) => number

async function bySdk(hear: Hear): Promise<void> {
  const stream = await openai.chat.completions.create({
    model: 'tokens',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  })
  for await (const chunk of stream) hear(chunk.choices[0]?.delta.content ?? '')
}

function byRaw(hear: Hear): Promise<void> {
  const body = JSON.stringify({ model: 'tokens', messages, stream: true })
  return rawStream({ port: setup.modelPort, path: modelPath, headers: {}, body, hear, end: '[DONE]' })
}

const run = `mutation ($input: RunPromptInput!) { runPrompt(input: $input) { id } }`
const follow = `subscription ($id: ID!) { executionStream(id: $id) { offset text done } }`
const authorization = `Bearer ${setup.key}`

async function runPrompt(): Promise<string> {
  const response = await fetch(`${setup.gatewayUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: run, variables: { input: { promptId: setup.promptId } } }),
  })
  const { data, errors } = (await response.json()) as {
    data?: { runPrompt: { id: string } }
    errors?: unknown
  }
  if (!data) throw new Error(JSON.stringify(errors))
  return data.runPrompt.id
}

async function bySse(hear: Hear): Promise<void> {
  const body = JSON.stringify({ query: follow, variables: { id: await runPrompt() } })
  const headers = { authorization, accept: 'text/event-stream' }
  const port = Number(new URL(setup.gatewayUrl).port)
  await rawStream({ port, path: '/graphql', headers, body, hear, end: '"done":true' })
}

async function streams({ way, streams: count, laps }: StreamsLoad): Promise<StreamsResult> {
  const tally = new Tally()
  const sockets =
    way === 'ws'
      ? await openSockets({ url: setup.gatewayUrl, authorization, count: Math.ceil(count / 20) })
      : null
  const one = async (lane: number) => {
    const { hear, end } = tally.begin()
    try {
      if (way === 'sdk') await bySdk(hear)
      else if (way === 'raw') await byRaw(hear)
      else if (way === 'sse') await bySse(hear)
      else await sockets?.follow(lane, { query: follow, variables: { id: await runPrompt() } }, hear)
    } finally {
      end()
    }
  }
  const lapMs = pace.firstMs + pace.everyMs * pace.tokens
  let countedFrom = wallMs()
  const lane = async (index: number) => {
    // Begun evenly over one lap, as independent people would.
    await Bun.sleep((index / count) * lapMs)
    for (let lap = 0; lap < laps; lap += 1) {
      tally.counting = lap > 0 || laps === 1
      if (lap === 1 && index === 0) countedFrom = wallMs()
      await one(index)
    }
  }
  const lanes = Array.from({ length: count }, (_, index) => lane(index))
  // What has not ended by four times its time counts as incomplete.
  const results = await Promise.race([Promise.allSettled(lanes), Bun.sleep(4 * (laps + 1) * lapMs)])
  sockets?.close()
  const failure = results?.find((result) => result.status === 'rejected')
  if (failure) console.error('A stream failed:', String(failure.reason))
  if (!results) console.error(`${way}: not all of ${count} streams came to an end.`)
  return tally.result((wallMs() - countedFrom) / 1000)
}

serveHelper({ streams })
