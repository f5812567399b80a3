import {
  createdAt,
  lastUserText,
  namedEvent,
  openaiErrorBody,
  type Wire,
  type WireAnswer,
  type WireUsage,
} from './wire.ts'

type Event = { type: string } & Record<string, unknown>

function usageOf(usage: WireUsage) {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.inputTokens + usage.outputTokens,
  }
}

function text(value: string) {
  return { type: 'output_text', annotations: [], logprobs: [], text: value }
}

function message(answer: WireAnswer, status: 'in_progress' | 'completed' | 'incomplete', value?: string) {
  return {
    id: `msg_${answer.id}`,
    type: 'message',
    status,
    content: value === undefined ? [] : [text(value)],
    role: 'assistant',
  }
}

function response(answer: WireAnswer, status: 'in_progress' | 'completed' | 'incomplete', output: unknown[]) {
  const reason = answer.finish === 'refused' ? 'content_filter' : 'max_output_tokens'
  return {
    id: `resp_${answer.id}`,
    object: 'response',
    created_at: createdAt,
    status,
    background: false,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason } : null,
    instructions: answer.body['instructions'] ?? null,
    max_output_tokens: answer.body['max_output_tokens'] ?? null,
    model: answer.model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: answer.body['store'] ?? true,
    temperature: answer.body['temperature'] ?? 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: answer.body['top_p'] ?? 1,
    truncation: 'disabled',
    usage: status !== 'in_progress' && answer.usage !== null ? usageOf(answer.usage) : null,
    user: null,
    metadata: {},
  }
}

function numbered(events: Event[]): string[] {
  return events.map((event, index) => namedEvent({ ...event, sequence_number: index }))
}

function opening(answer: WireAnswer): Event[] {
  const place = { item_id: `msg_${answer.id}`, output_index: 0, content_index: 0 }
  return [
    { type: 'response.created', response: response(answer, 'in_progress', []) },
    { type: 'response.in_progress', response: response(answer, 'in_progress', []) },
    { type: 'response.output_item.added', output_index: 0, item: message(answer, 'in_progress') },
    { type: 'response.content_part.added', ...place, part: text('') },
    ...answer.pieces.map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
  ]
}

function closing(answer: WireAnswer, whole: string): Event[] {
  const place = { item_id: `msg_${answer.id}`, output_index: 0, content_index: 0 }
  const status = answer.finish === 'stop' ? 'completed' : 'incomplete'
  const item = message(answer, status, whole)
  return [
    { type: 'response.output_text.done', ...place, text: whole, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: text(whole) },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: `response.${status}`, response: response(answer, status, [item]) },
  ]
}

/** OpenAI responses: named events with rising `sequence_number`, usage inside the terminal event. */
export const openaiResponsesWire: Wire = {
  protocol: 'responses',
  path: '/v1/responses',
  refuse(body) {
    if (typeof body['input'] === 'string' || (Array.isArray(body['input']) && body['input'].length > 0))
      return undefined
    return {
      status: 400,
      param: 'input',
      message: "Missing required parameter: 'input'.",
      code: 'missing_required_parameter',
    }
  },
  lastMessage: (body) => lastUserText(body['input']),
  events: (answer) => numbered([...opening(answer), ...closing(answer, answer.pieces.join(''))]),
  halfToolCall: (answer) => {
    const item = {
      id: 'fc_1',
      type: 'function_call',
      status: 'in_progress',
      arguments: '',
      call_id: 'call_1',
      name: 'send_mail',
    }
    return numbered([
      ...opening(answer),
      { type: 'response.output_item.added', output_index: 1, item },
      {
        type: 'response.function_call_arguments.delta',
        item_id: 'fc_1',
        output_index: 1,
        delta: '{"to": "ad',
      },
    ])
  },
  body: (answer) => {
    const status = answer.finish === 'stop' ? 'completed' : 'incomplete'
    return response(answer, status, [message(answer, status, answer.pieces.join(''))])
  },
  errorBody: openaiErrorBody,
  errorEvent: ({ type, message: text }) =>
    namedEvent({ type: 'error', code: type, message: text, param: null, sequence_number: 99 }),
}
