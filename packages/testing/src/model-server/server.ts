import { anthropicWire } from './anthropic-wire.ts'
import { createLedger, type LedgerCall } from './ledger.ts'
import { openaiChatWire } from './openai-chat-wire.ts'
import { openaiResponsesWire } from './openai-responses-wire.ts'
import { playStream } from './play.ts'
import { answerSchema, piecesOf, scriptSchema, type Answer, type ScriptedAnswer } from './script.ts'
import { createdAt, isRecord, type Wire, type WireAnswer } from './wire.ts'

export interface ModelServerOptions {
  /** 0, the default, takes a free one. */
  port?: number
  script?: ScriptedAnswer[]
  /** Calls with another key get a 401. */
  requireKey?: string
  /** Where each call is written and synced, one JSON object a line. */
  ledgerFile?: string
  /** What `GET /v1/models` lists. */
  models?: string[]
}

export interface ModelServer {
  port: number
  /** With `/v1`, as the OpenAI SDK takes it. */
  openaiBaseUrl: string
  /** Without `/v1`, as the Anthropic SDK takes it. */
  anthropicBaseUrl: string
  /** Adds answers; each is used once unless `times` says otherwise. */
  script: (...answers: ScriptedAnswer[]) => void
  calls: readonly LedgerCall[]
  waitFor: (condition: (calls: readonly LedgerCall[]) => boolean) => Promise<void>
  close: () => Promise<void>
}

const wires: Wire[] = [openaiChatWire, openaiResponsesWire, anthropicWire]

const wrongKey = { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided.' }

function words(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}

function keyOf(request: Request): string {
  return (
    request.headers.get('x-api-key') ?? request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
  )
}

/** The answer in the protocol's terms; a text that nobody scripted repeats the last message. */
function toWireAnswer(wire: Wire, answer: Answer, call: LedgerCall): WireAnswer {
  const said = wire.lastMessage(call.body)
  const scripted = answer.text !== undefined || answer.tokens !== undefined
  const pieces = piecesOf(scripted ? answer : { ...answer, text: `You said: ${said}` })
  const counted = {
    inputTokens: words(said),
    outputTokens: pieces.length,
    cachedTokens: 0,
    cacheWriteTokens: 0,
  }
  return {
    id: String(call.index).padStart(8, '0'),
    model: call.model,
    pieces,
    usage: answer.fault?.kind === 'no_usage' ? null : (answer.usage ?? counted),
    finish: answer.finish,
    body: call.body,
  }
}

/**
 * A local server that speaks OpenAI (chat completions, responses) and Anthropic (messages), answers as scripted and
 * writes down each call. `POST /__script` and `GET /__calls` do the same from other processes.
 */
export function startModelServer(options: ModelServerOptions = {}): ModelServer {
  const ledger = createLedger(options.ledgerFile)
  let script: Answer[] = (options.script ?? []).map((answer) => answerSchema.parse(answer))

  function nextAnswer(model: string): Answer {
    const answer =
      script.find((each) => each.model === model) ?? script.find((each) => each.model === undefined)
    if (answer === undefined) return answerSchema.parse({})
    if (answer.times === 1) script = script.filter((each) => each !== answer)
    if (answer.times > 1) answer.times -= 1
    return answer
  }

  async function control(request: Request): Promise<Response> {
    const parsed = scriptSchema.safeParse(await request.json().catch(() => undefined))
    if (!parsed.success) return Response.json({ issues: parsed.error.issues }, { status: 400 })
    if (parsed.data.clear) script = []
    script.push(...parsed.data.answers)
    return Response.json({ waiting: script.length })
  }

  function listModels(request: Request): Response {
    const ids = options.models ?? ['scripted-1', 'scripted-2']
    const key = keyOf(request)
    const call = ledger.begin({ protocol: 'models', model: '', stream: false, key, body: {} })
    if (options.requireKey !== undefined && key !== options.requireKey) {
      ledger.end(call, 'failed')
      return Response.json(openaiChatWire.errorBody(wrongKey), { status: wrongKey.status })
    }
    ledger.end(call, 'completed')
    if (request.headers.has('anthropic-version')) {
      const data = ids.map((id) => ({
        type: 'model',
        id,
        display_name: id,
        created_at: '2026-01-01T00:00:00Z',
      }))
      return Response.json({ data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null })
    }
    return Response.json({
      object: 'list',
      data: ids.map((id) => ({ id, object: 'model', created: createdAt, owned_by: 'scripted' })),
    })
  }

  async function answerCall(wire: Wire, request: Request): Promise<Response> {
    const parsed: unknown = await request.json().catch(() => undefined)
    const body = isRecord(parsed) ? parsed : {}
    const model = typeof body['model'] === 'string' ? body['model'] : ''
    const stream = body['stream'] === true
    const key = keyOf(request)
    const call = ledger.begin({ protocol: wire.protocol, model, stream, key, body })
    const fail = (
      problem: Parameters<Wire['errorBody']>[0],
      headers: Record<string, string> = {},
    ): Response => {
      ledger.end(call, 'failed')
      return Response.json(wire.errorBody(problem), { status: problem.status, headers })
    }

    if (options.requireKey !== undefined && key !== options.requireKey) {
      return fail(wrongKey)
    }
    const refused =
      model === ''
        ? { status: 400, param: 'model', message: 'you must provide a model parameter' }
        : wire.refuse(body)
    if (refused !== undefined) return fail(refused)

    const answer = nextAnswer(model)
    const { fault } = answer
    if (fault?.kind === 'slow_headers') {
      const gone = new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()))
      await Promise.race(fault.delayMs === undefined ? [gone] : [gone, Bun.sleep(fault.delayMs)])
      if (request.signal.aborted) ledger.end(call, 'aborted')
    }
    if (fault?.kind === 'status') {
      return fail(fault, fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter })
    }
    const wireAnswer = toWireAnswer(wire, answer, call)
    if (!stream) {
      ledger.end(call, 'completed')
      return Response.json(wire.body(wireAnswer), { headers: { 'x-request-id': `req_${call.index}` } })
    }
    return new Response(playStream({ wire, answer, wireAnswer, call, ledger, signal: request.signal }), {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'request-id': `req_${call.index}`,
        'x-request-id': `req_${call.index}`,
      },
    })
  }

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: options.port ?? 0,
    idleTimeout: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url)
      if (request.method === 'POST' && pathname === '/__script') return control(request)
      if (request.method === 'GET' && pathname === '/__calls') return Response.json(ledger.calls)
      if (request.method === 'GET' && pathname === '/v1/models') return listModels(request)
      const wire = wires.find((each) => each.path === pathname)
      if (wire !== undefined && request.method === 'POST') return answerCall(wire, request)
      return Response.json(
        { error: { message: `Unknown request URL: ${request.method} ${pathname}.` } },
        { status: 404 },
      )
    },
  })
  const origin = `http://127.0.0.1:${server.port}`

  return {
    port: server.port ?? 0,
    openaiBaseUrl: `${origin}/v1`,
    anthropicBaseUrl: origin,
    script: (...answers) => void script.push(...answers.map((answer) => answerSchema.parse(answer))),
    calls: ledger.calls,
    waitFor: ledger.waitFor,
    async close() {
      await server.stop(true)
      ledger.close()
    },
  }
}
