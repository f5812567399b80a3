import { lastUserText, namedEvent, type Wire, type WireAnswer, type WireProblem } from './wire.ts'

const stopReasons = { stop: 'end_turn', length: 'max_tokens', refused: 'refusal' } as const

const errorTypes: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
}

/** Input counts; what was read from and written to the cache is beside `input_tokens`, not in it. */
function inputUsage(answer: WireAnswer) {
  if (answer.usage === null) return {}
  const { inputTokens, cachedTokens, cacheWriteTokens } = answer.usage
  return {
    input_tokens: inputTokens - cachedTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedTokens,
  }
}

function startUsage(answer: WireAnswer) {
  if (answer.usage === null) return {}
  const written = answer.usage.cacheWriteTokens
  return {
    usage: {
      ...inputUsage(answer),
      cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
      output_tokens: 1,
      service_tier: 'standard',
    },
  }
}

function endUsage(answer: WireAnswer) {
  return answer.usage === null
    ? {}
    : { usage: { ...inputUsage(answer), output_tokens: answer.usage.outputTokens } }
}

function message(answer: WireAnswer, content: unknown[], stopReason: string | null) {
  return {
    id: `msg_${answer.id}`,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
  }
}

function opening(answer: WireAnswer): string[] {
  return [
    namedEvent({ type: 'message_start', message: { ...message(answer, [], null), ...startUsage(answer) } }),
    namedEvent({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    namedEvent({ type: 'ping' }),
    ...answer.pieces.map((text) =>
      namedEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    ),
    namedEvent({ type: 'content_block_stop', index: 0 }),
  ]
}

function missing(field: string): WireProblem {
  return { status: 400, message: `${field}: Field required` }
}

/** Anthropic messages: input usage in `message_start`, cumulative output usage in `message_delta`, pings in between. */
export const anthropicWire: Wire = {
  protocol: 'messages',
  path: '/v1/messages',
  refuse(body) {
    if (typeof body['max_tokens'] !== 'number') return missing('max_tokens')
    if (!Array.isArray(body['messages'])) return missing('messages')
    if (body['messages'].length > 0) return undefined
    return { status: 400, message: 'messages: at least one message is required' }
  },
  lastMessage: (body) => lastUserText(body['messages']),
  events: (answer) => [
    ...opening(answer),
    namedEvent({
      type: 'message_delta',
      delta: { stop_reason: stopReasons[answer.finish], stop_sequence: null },
      ...endUsage(answer),
    }),
    namedEvent({ type: 'message_stop' }),
  ],
  halfToolCall: (answer) => [
    ...opening(answer),
    namedEvent({
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 'toolu_1', name: 'send_mail', input: {} },
    }),
    namedEvent({
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'input_json_delta', partial_json: '{"to": "ad' },
    }),
  ],
  body: (answer) => ({
    ...message(answer, [{ type: 'text', text: answer.pieces.join('') }], stopReasons[answer.finish]),
    ...endUsage(answer),
  }),
  errorBody: (problem) => ({
    type: 'error',
    error: { type: problem.type ?? errorTypes[problem.status] ?? 'api_error', message: problem.message },
    request_id: 'req_scripted',
  }),
  errorEvent: ({ type, message: text }) =>
    namedEvent({ type: 'error', error: { type, message: text }, request_id: 'req_scripted' }),
}
