import Anthropic from '@anthropic-ai/sdk'
import type { FinishReason } from './call-model.ts'
import { countUsage } from './heard.ts'
import { readEvents } from './server-sent-events.ts'
import { defaultMaxOutputTokens } from './model-facts.ts'
import { withSettings } from './refused-settings.ts'
import type { Wire } from './wire.ts'

const finishReasons: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'refused',
  tool_use: 'tool_calls',
}

type InputUsage = Partial<
  Record<
    'input_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens',
    number | null | undefined
  >
>

/** Anthropic counts what it read from and wrote to its cache beside `input_tokens`; here they are part of the input. */
function readUsage(start: InputUsage | undefined, end: InputUsage & { output_tokens?: number }) {
  const fresh = end.input_tokens ?? start?.input_tokens
  const cached = end.cache_read_input_tokens ?? start?.cache_read_input_tokens ?? 0
  const written = end.cache_creation_input_tokens ?? start?.cache_creation_input_tokens ?? 0
  return countUsage({
    inputTokens: typeof fresh === 'number' ? fresh + cached + written : undefined,
    outputTokens: end.output_tokens,
    cachedTokens: cached,
    cacheWriteTokens: written,
  })
}

/** An error among the events, as the SDK would throw it. */
function reportedError(data: string, { headers }: Response): Error {
  let body: object = { error: { message: data } }
  try {
    const parsed: unknown = JSON.parse(data)
    if (typeof parsed === 'object' && parsed !== null) body = parsed
  } catch {
    // What is no JSON is what it says.
  }
  return new Anthropic.APIError(undefined, body, undefined, headers)
}

/** Anthropic messages. The answer is whole at `message_stop`; the output count before `message_delta` is no usage. */
export const anthropicMessages: Wire = async (call) => {
  const { apiKey, baseUrl, fetch, model, settings, system, messages, signal, heard, timeoutMs } = call
  const client = new Anthropic({
    apiKey,
    authToken: null,
    baseURL: baseUrl,
    fetch,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
  })
  const response = await withSettings(
    { baseUrl, model, settings },
    ({ temperature, topP, maxOutputTokens }) =>
      client.messages
        .create(
          {
            model,
            messages,
            stream: true,
            max_tokens: maxOutputTokens ?? defaultMaxOutputTokens(model),
            ...(system === '' ? {} : { system }),
            // Anthropic's scale ends at 1, ours at 2.
            ...(temperature === undefined ? {} : { temperature: Math.min(1, temperature) }),
            ...(topP === undefined ? {} : { top_p: topP }),
          },
          { signal },
        )
        .asResponse(),
  )
  let startUsage: InputUsage | undefined
  let finish: FinishReason = 'other'
  await readEvents(response, call, (name, data) => {
    if (name === 'error') throw reportedError(data, response)
    if (name === null || data === '') return false
    const event = JSON.parse(data) as Anthropic.RawMessageStreamEvent
    switch (event.type) {
      case 'message_start':
        startUsage = event.message?.usage
        return false
      case 'content_block_delta':
        if (event.delta.type === 'text_delta') heard.addText(event.delta.text)
        return false
      case 'message_delta':
        finish = finishReasons[event.delta.stop_reason ?? ''] ?? 'other'
        heard.usage = event.usage ? readUsage(startUsage, event.usage) : null
        return false
      case 'message_stop':
        heard.finish = finish
        return true
      default:
        return false
    }
  })
}
