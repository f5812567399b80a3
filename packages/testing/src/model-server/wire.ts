/** What a call asked for, in the words that all protocols share. */
export interface WireRequest {
  model: string
  stream: boolean
  /** The last user turn, to answer something of it where nothing is scripted. */
  lastMessage: string
  body: Record<string, unknown>
}

export interface WireUsage {
  inputTokens: number
  outputTokens: number
  cachedTokens: number
  cacheWriteTokens: number
}

export interface WireAnswer {
  /** Unique part of the ids in the answer. */
  id: string
  model: string
  pieces: string[]
  /** Null leaves the usage out. */
  usage: WireUsage | null
  finish: 'stop' | 'length' | 'refused'
  body: Record<string, unknown>
}

export interface WireProblem {
  status: number
  type?: string | undefined
  code?: string | undefined
  param?: string | undefined
  message: string
}

/** One provider protocol as it looks on the wire. */
export interface Wire {
  protocol: 'chat' | 'responses' | 'messages'
  path: string
  /** What the real server would refuse of a body, with its message. */
  refuse: (body: Record<string, unknown>) => WireProblem | undefined
  lastMessage: (body: Record<string, unknown>) => string
  /** The events of a whole stream, each with its blank line. */
  events: (answer: WireAnswer) => string[]
  /** The events up to the middle of a tool call's arguments. */
  halfToolCall: (answer: WireAnswer) => string[]
  /** The answer without streaming. */
  body: (answer: WireAnswer) => unknown
  errorBody: (problem: WireProblem) => unknown
  errorEvent: (problem: { type: string; message: string }) => string
}

export function dataEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

export function namedEvent(data: { type: string } & Record<string, unknown>): string {
  return `event: ${data.type}\n${dataEvent(data)}`
}

/** The text of the last user turn, whatever shape its content has. */
export function lastUserText(turns: unknown): string {
  if (typeof turns === 'string') return turns
  if (!Array.isArray(turns)) return ''
  const turn: unknown = turns.findLast((each) => isRecord(each) && each['role'] === 'user')
  const content = isRecord(turn) ? turn['content'] : ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('')
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const openaiTypes: Record<number, string> = {
  401: 'invalid_request_error',
  403: 'invalid_request_error',
  404: 'invalid_request_error',
  429: 'rate_limit_error',
}

/** `{ error: { message, type, param, code } }`, for both OpenAI protocols. */
export function openaiErrorBody(problem: WireProblem): unknown {
  const type =
    problem.type ??
    openaiTypes[problem.status] ??
    (problem.status < 500 ? 'invalid_request_error' : 'server_error')
  return {
    error: { message: problem.message, type, param: problem.param ?? null, code: problem.code ?? null },
  }
}

/** Seconds since 1970 in every answer, fixed so that a ledger reads the same each time. */
export const createdAt = 1_790_000_000
