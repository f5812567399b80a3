import { HostRefusedError } from './guarded-fetch.ts'
import { ModelError, type ModelErrorCode } from './model.errors.ts'
import { askedWaitMs, longestRetryAfterMs, sayWait } from './retry-after.ts'
import { ReportedFailure } from './wire.ts'

/** What the errors of both SDKs have in common. */
interface Facts {
  status: number | undefined
  /** Type and code, as far as given. */
  types: string[]
  headers: Headers | undefined
  message: string
}

/** Named first: an error inside a 200 stream has no status, and a type says more than one. */
const byType: Record<string, ModelErrorCode> = {
  insufficient_quota: 'model.quota_exceeded',
  billing_error: 'model.quota_exceeded',
  billing_hard_limit_reached: 'model.quota_exceeded',
  rate_limit_error: 'model.rate_limited',
  rate_limit_exceeded: 'model.rate_limited',
  overloaded_error: 'model.overloaded',
  server_overloaded: 'model.overloaded',
  slow_down: 'model.overloaded',
  api_error: 'model.unavailable',
  server_error: 'model.unavailable',
  internal_error: 'model.unavailable',
  timeout_error: 'model.unavailable',
  authentication_error: 'model.refused_key',
  permission_error: 'model.refused_key',
  invalid_api_key: 'model.refused_key',
  not_found_error: 'model.not_found',
  model_not_found: 'model.not_found',
  request_too_large: 'model.input_too_long',
  context_length_exceeded: 'model.input_too_long',
}

const byStatus: Record<number, ModelErrorCode> = {
  401: 'model.refused_key',
  402: 'model.quota_exceeded',
  403: 'model.refused_key',
  404: 'model.not_found',
  408: 'model.unavailable',
  409: 'model.unavailable',
  413: 'model.input_too_long',
  429: 'model.rate_limited',
  503: 'model.overloaded',
  529: 'model.overloaded',
}

const retryable = new Set<ModelErrorCode>(['model.rate_limited', 'model.overloaded', 'model.unavailable'])

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** The provider's own sentence, wherever the SDK put it. */
function readFacts(error: Error): Facts {
  const fields = record(error)
  const body = record(fields['error'])
  const inner = record(body['error'])
  const texts = [inner['message'], body['message'], error.message]
  const types = [fields['code'], fields['type'], inner['code'], inner['type'], body['code'], body['type']]
  return {
    status: typeof fields['status'] === 'number' ? fields['status'] : undefined,
    types: types.filter((each) => typeof each === 'string'),
    headers: fields['headers'] instanceof Headers ? fields['headers'] : undefined,
    message: String(texts.find((each) => typeof each === 'string') ?? ''),
  }
}

function codeOf({ status, types, message }: Facts): ModelErrorCode {
  if (/prompt is too long|maximum context length|context window/i.test(message)) return 'model.input_too_long'
  const type = types.find((each) => each in byType)
  const named = type === undefined ? undefined : byType[type]
  // `server_error` comes with every 5xx; the status may say more.
  const byItsStatus = status === undefined ? undefined : byStatus[status]
  if (named !== undefined) return (named === 'model.unavailable' ? byItsStatus : undefined) ?? named
  if (status === undefined)
    return types.includes('invalid_request_error') ? 'model.invalid_request' : 'model.unavailable'
  return byItsStatus ?? (status >= 500 ? 'model.unavailable' : 'model.invalid_request')
}

/** What may be done now, and how long the provider wants to be left alone where it said so. */
function sayAdvice(askedMs: number | undefined): string {
  if (askedMs === undefined) return 'Try again in a moment, or choose another model.'
  return `It asked for a pause of ${sayWait(askedMs)}. Choose another model, or try again after that.`
}

function sayFailure(
  code: ModelErrorCode,
  provider: string,
  model: string,
  facts: Facts,
  askedMs?: number,
): string {
  const said = facts.message
    .replace(/\s+/g, ' ')
    .replace(/^\d{3} /, '')
    .slice(0, 300)
  switch (code) {
    case 'model.rate_limited':
      return `${provider} is limiting how fast it may be asked. ${sayAdvice(askedMs)}`
    case 'model.quota_exceeded':
      return `The ${provider} account has no credit left. Add some there, or choose another model.`
    case 'model.overloaded':
      return `${provider} has more to do than it can take. ${sayAdvice(askedMs)}`
    case 'model.refused_key':
      return `${provider} refused the key. Check that it is right and may use ${model}.`
    case 'model.not_found':
      return `${provider} has no model named ${model}. Choose another one.`
    case 'model.input_too_long':
      return `The text is too long for ${model}. Shorten it, or choose a model with a larger context.`
    case 'model.unavailable':
      return `${provider} failed inside${facts.status === undefined ? '' : ` (${facts.status})`}. ${sayAdvice(askedMs)}`
    default:
      return `${provider} did not accept the request: ${said}`
  }
}

export interface TextSoFar {
  /** The provider's name. */
  provider: string
  /** The text that had come. */
  heardText: string
}

export interface ErrorContext extends TextSoFar {
  model: string
  /** The address it was sent to, without path. */
  host: string
  /** Never repeated to people, whatever a server says. */
  apiKey: string
  /** A good response had begun. */
  answered: boolean
  now: number
}

/** The failure of a connection that never answered, or that broke in the middle of an answer. */
function connectionFailure(cause: unknown, context: ErrorContext): ModelError {
  const { provider, host, answered } = context
  if (answered) return truncated(context, cause)
  const where = provider.includes(host) ? provider : `${provider} at ${host}`
  const message = `${where} could not be reached. Try again in a moment.`
  return new ModelError('model.unavailable', message, { retryable: true, cause })
}

/** Said only where some text had come: else nothing is kept. */
export function sayKept(text: string): string {
  return text === '' ? '' : ' The text up to here is kept.'
}

/** The stream ended before the provider said that the answer is whole. */
export function truncated({ provider, heardText }: TextSoFar, cause?: unknown): ModelError {
  const how = heardText === '' ? 'before its first word' : 'in the middle'
  const message = `${provider} ended the answer ${how}.${sayKept(heardText)} Try again or choose another model.`
  return new ModelError('model.truncated', message, { retryable: true, cause })
}

function findRefusedHost(error: unknown): HostRefusedError | undefined {
  if (error instanceof HostRefusedError) return error
  return error instanceof Error ? findRefusedHost(error.cause) : undefined
}

function hostRefused(error: HostRefusedError): ModelError {
  const message = {
    private: `${error.host} is a private address. Name it in QUILLWORKS_ALLOW_HOSTS to let models be called there.`,
    redirect: `${error.host} sends its callers elsewhere. Set the base URL to where it leads.`,
    url: `${error.host} is no address of a model server.`,
  }[error.reason]
  return new ModelError('model.host_refused', message, { retryable: false, cause: error })
}

/** Sees what an SDK threw as what it is: by error type, then by status, then as a broken connection. */
export function classify(error: unknown, context: ErrorContext): ModelError {
  const refused = findRefusedHost(error)
  if (refused !== undefined) return hostRefused(refused)
  if (error instanceof SyntaxError) {
    const message = `${context.provider} sent an answer that cannot be read.${sayKept(context.heardText)} Try again or choose another model.`
    return new ModelError('model.malformed', message, { retryable: true, cause: error })
  }
  if (!(error instanceof Error)) return connectionFailure(error, context)
  const facts = readFacts(error)
  const isReported =
    error instanceof ReportedFailure ||
    facts.status !== undefined ||
    facts.types.some((each) => each in byType)
  const isEventInStream = 'error' in error && error.error !== undefined
  if (!isReported && !isEventInStream) return connectionFailure(error, context)

  facts.message = facts.message.replaceAll(context.apiKey, '…')
  const code = codeOf(facts)
  const askedMs = retryable.has(code) ? askedWaitMs(facts.headers, context.now) : undefined
  return new ModelError(code, sayFailure(code, context.provider, context.model, facts, askedMs), {
    retryable: retryable.has(code) && (askedMs ?? 0) <= longestRetryAfterMs,
    retryAfterMs: askedMs,
    cause: error,
  })
}
