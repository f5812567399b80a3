import OpenAI from 'openai'
import type { FinishReason } from './call-model.ts'
import { countUsage } from './heard.ts'
import { readOpenAiEvents } from './openai-events.ts'
import { withSettings } from './refused-settings.ts'
import { ReportedFailure, type Wire } from './wire.ts'

type Response = OpenAI.Responses.Response

function finishOf(response: Response): FinishReason {
  if (response.status !== 'incomplete') {
    return response.output?.some((item) => item.type === 'function_call') ? 'tool_calls' : 'stop'
  }
  const reason = response.incomplete_details?.reason
  if (reason === 'content_filter') return 'refused'
  return reason === 'max_output_tokens' ? 'length' : 'other'
}

/** OpenAI responses: nothing is stored at the provider; the conversation is sent whole each time. */
export const openaiResponses: Wire = async (call) => {
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
      client.responses
        .create(
          {
            model,
            input: messages,
            store: false,
            stream: true,
            ...(system === '' ? {} : { instructions: system }),
            ...(temperature === undefined ? {} : { temperature }),
            ...(topP === undefined ? {} : { top_p: topP }),
            // Below 16 the API answers 400.
            ...(maxOutputTokens === undefined ? {} : { max_output_tokens: Math.max(16, maxOutputTokens) }),
          },
          { signal },
        )
        .asResponse(),
  )
  await readOpenAiEvents<OpenAI.Responses.ResponseStreamEvent>(response, call, (event) => {
    switch (event.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        heard.addText(event.delta)
        return false
      case 'response.completed':
      case 'response.incomplete': {
        const { usage } = event.response
        heard.usage = usage
          ? countUsage({
              inputTokens: usage.input_tokens,
              outputTokens: usage.output_tokens,
              cachedTokens: usage.input_tokens_details?.cached_tokens,
            })
          : null
        heard.finish = finishOf(event.response)
        return true
      }
      case 'response.failed':
        throw new ReportedFailure(
          event.response.error?.code ?? 'server_error',
          event.response.error?.message ?? 'The response failed.',
        )
      case 'error':
        throw new ReportedFailure(event.code ?? 'server_error', event.message)
      default:
        return false
    }
  })
}
