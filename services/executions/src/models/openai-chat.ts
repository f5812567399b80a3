import OpenAI from 'openai'
import type { FinishReason } from './call-model.ts'
import { countUsage, type CountedUsage } from './heard.ts'
import { readOpenAiEvents } from './openai-events.ts'
import { withSettings } from './refused-settings.ts'
import type { Wire } from './wire.ts'

const finishReasons: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'refused',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
}

/** xAI counts reasoning beside `completion_tokens`, OpenAI inside it; the total tells which. */
function readUsage(usage: OpenAI.CompletionUsage): CountedUsage | null {
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? 0
  const isBeside = usage.total_tokens === usage.prompt_tokens + usage.completion_tokens + reasoning
  return countUsage({
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens + (isBeside ? reasoning : 0),
    cachedTokens: usage.prompt_tokens_details?.cached_tokens,
  })
}

/**
 * OpenAI chat completions, as OpenAI-compatible servers speak them too. `limitField` is what the server calls the
 * longest answer: compatible servers know the older name.
 */
export function openaiChat(limitField: 'max_tokens' | 'max_completion_tokens'): Wire {
  return async (call) => {
    const { apiKey, baseUrl, fetch, model, settings, system, messages, signal, heard, timeoutMs } = call
    const client = new OpenAI({
      apiKey,
      baseURL: baseUrl,
      fetch,
      organization: null,
      project: null,
      maxRetries: 0,
      timeout: timeoutMs,
      logLevel: 'off',
    })
    const response = await withSettings(
      { baseUrl, model, settings },
      ({ temperature, topP, maxOutputTokens }) =>
        client.chat.completions
          .create(
            {
              model,
              messages: [
                ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
                ...messages,
              ],
              stream: true,
              stream_options: { include_usage: true },
              ...(temperature === undefined ? {} : { temperature }),
              ...(topP === undefined ? {} : { top_p: topP }),
              ...(maxOutputTokens === undefined ? {} : { [limitField]: maxOutputTokens }),
            },
            { signal },
          )
          .asResponse(),
    )
    await readOpenAiEvents<OpenAI.ChatCompletionChunk>(response, call, (chunk) => {
      if (chunk.usage) heard.usage = readUsage(chunk.usage)
      const choice = chunk.choices?.[0]
      if (choice === undefined) return false
      heard.addText(choice.delta?.content ?? choice.delta?.refusal ?? '')
      if (choice.finish_reason) heard.finish = finishReasons[choice.finish_reason] ?? 'other'
      return false
    })
  }
}
