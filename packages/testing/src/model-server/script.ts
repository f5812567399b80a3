import { z } from 'zod'

const count = z.number().int().min(0)

const faultSchema = z.discriminatedUnion('kind', [
  /** Ends the stream after that many events; `reset` breaks the connection instead of closing it in good order. */
  z.object({ kind: z.literal('cut'), afterChunk: count, reset: z.boolean().default(false) }),
  /** Sends that many events and then nothing more, with the connection open. */
  z.object({ kind: z.literal('stall'), afterChunk: count }),
  /** An error event inside the 200 stream, then its end. */
  z.object({
    kind: z.literal('error_event'),
    afterChunk: count,
    type: z.string().default('overloaded_error'),
    message: z.string().default('Overloaded'),
  }),
  z.object({ kind: z.literal('no_usage') }),
  /** An HTTP error before anything streams; `retryAfter` is the header as it stands. */
  z.object({
    kind: z.literal('status'),
    status: z.number().int().min(300).max(599),
    retryAfter: z.string().optional(),
    type: z.string().optional(),
    code: z.string().optional(),
    param: z.string().optional(),
    message: z.string().default('A scripted error.'),
  }),
  /** A line of this many bytes without an end. */
  z.object({ kind: z.literal('byte_bomb'), bytes: count.default(64 * 1024 * 1024) }),
  z.object({ kind: z.literal('malformed'), afterChunk: count }),
  /** Waits before the response's headers; without `delayMs` they never come. */
  z.object({ kind: z.literal('slow_headers'), delayMs: count.optional() }),
  /** After the text a tool call begins; the stream ends in the middle of its arguments. */
  z.object({ kind: z.literal('half_tool_call') }),
])

export const answerSchema = z.object({
  /** Answers only calls of this model; else the calls in their order. */
  model: z.string().optional(),
  text: z.string().optional(),
  /** The pieces to stream, or how many words to make up; by default the text, word by word. */
  tokens: z.union([z.array(z.string()), count]).optional(),
  /** Pause between two events. */
  chunkDelayMs: count.default(0),
  /** Pause between the headers and the first event. */
  firstDelayMs: count.default(0),
  usage: z
    .object({
      inputTokens: count,
      outputTokens: count,
      cachedTokens: count.default(0),
      cacheWriteTokens: count.default(0),
    })
    .optional(),
  finish: z.enum(['stop', 'length', 'refused']).default('stop'),
  fault: faultSchema.optional(),
  /** How many calls it answers; 0 for ever. */
  times: count.default(1),
})

/** What a test writes for one answer of the server. */
export type ScriptedAnswer = z.input<typeof answerSchema>
export type Answer = z.output<typeof answerSchema>
export type Fault = z.output<typeof faultSchema>

export const scriptSchema = z.object({
  answers: z.array(answerSchema).default([]),
  /** Forgets the answers that were not used yet. */
  clear: z.boolean().default(false),
})

/** The pieces of an answer as they are streamed. */
export function piecesOf(answer: Answer): string[] {
  if (Array.isArray(answer.tokens)) return answer.tokens
  if (answer.tokens !== undefined) return Array.from({ length: answer.tokens }, (_, index) => `word${index} `)
  return (answer.text ?? '').match(/\s*\S+\s*$|\s*\S+/g) ?? []
}
