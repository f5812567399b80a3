import {
  createdAt,
  dataEvent,
  lastUserText,
  openaiErrorBody,
  type Wire,
  type WireAnswer,
  type WireUsage,
} from './wire.ts'

const finishReasons = { stop: 'stop', length: 'length', refused: 'content_filter' } as const

function usageOf(usage: WireUsage) {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

function wantsUsage(body: Record<string, unknown>): boolean {
  const options = body['stream_options']
  return (
    typeof options === 'object' &&
    options !== null &&
    'include_usage' in options &&
    options.include_usage === true
  )
}

function chunk(answer: WireAnswer, choices: unknown[], usage?: unknown): string {
  return dataEvent({
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion.chunk',
    created: createdAt,
    model: answer.model,
    service_tier: 'default',
    system_fingerprint: 'fp_scripted',
    choices,
    ...(wantsUsage(answer.body) ? { usage: usage ?? null } : {}),
  })
}

function delta(answer: WireAnswer, content: unknown, finishReason: string | null = null): string {
  return chunk(answer, [{ index: 0, delta: content, logprobs: null, finish_reason: finishReason }])
}

function opening(answer: WireAnswer): string[] {
  return [
    delta(answer, { role: 'assistant', content: '', refusal: null }),
    ...answer.pieces.map((piece) => delta(answer, { content: piece })),
  ]
}

/** OpenAI chat completions: usage comes last, in a chunk with empty `choices`, and only when asked for. */
export const openaiChatWire: Wire = {
  protocol: 'chat',
  path: '/v1/chat/completions',
  refuse(body) {
    if (Array.isArray(body['messages']) && body['messages'].length > 0) return undefined
    return {
      status: 400,
      param: 'messages',
      message: "Missing required parameter: 'messages'.",
      code: 'missing_required_parameter',
    }
  },
  lastMessage: (body) => lastUserText(body['messages']),
  events: (answer) => [
    ...opening(answer),
    delta(answer, {}, finishReasons[answer.finish]),
    ...(wantsUsage(answer.body) && answer.usage !== null ? [chunk(answer, [], usageOf(answer.usage))] : []),
    'data: [DONE]\n\n',
  ],
  halfToolCall: (answer) => [
    ...opening(answer),
    delta(answer, {
      tool_calls: [
        { index: 0, id: 'call_1', type: 'function', function: { name: 'send_mail', arguments: '' } },
      ],
    }),
    delta(answer, { tool_calls: [{ index: 0, function: { arguments: '{"to": "ad' } }] }),
  ],
  body: (answer) => ({
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion',
    created: createdAt,
    model: answer.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.pieces.join(''), refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: finishReasons[answer.finish],
      },
    ],
    ...(answer.usage === null ? {} : { usage: usageOf(answer.usage) }),
    service_tier: 'default',
    system_fingerprint: 'fp_scripted',
  }),
  errorBody: openaiErrorBody,
  errorEvent: ({ type, message }) => dataEvent({ error: { message, type, param: null, code: null } }),
}
