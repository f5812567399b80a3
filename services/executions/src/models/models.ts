import { parseAllowList } from './address-rules.ts'
import { attemptCall } from './attempt.ts'
import type { CallModel, ModelCall, Models } from './call-model.ts'
import { CircuitOpenError, createCircuit, type Circuit } from './circuit.ts'
import { callDemo } from './demo.ts'
import { createFairLimiter, type FairLimiter } from './fair-limiter.ts'
import { createGuardedFetch, type Fetch, type Resolve } from './guarded-fetch.ts'
import { inTurns } from './in-turns.ts'
import { createModelList } from './list-models.ts'
import type { ModelConfig } from './model.config.ts'
import { ModelError } from './model.errors.ts'
import { createProviders, type Provider } from './providers.ts'
import { sayWait } from './retry-after.ts'

export interface ModelDependencies {
  /** This replica's part of the concurrency limits: 1 alone, 0.5 of two. */
  share?: () => number
  now?: () => number
  resolve?: Resolve
  /** Told when a provider is left alone after failures, and when it is asked again. */
  onCircuit?: (circuit: { provider: string; state: 'open' | 'closed' }) => void
}

/** Failures in a row after which a provider is left alone, and for how long. */
const circuitFailures = 5
const circuitOpenMs = 15_000
const tailMs = 5_000
const maxQueued = 1_000

const faults: readonly string[] = [
  'model.malformed',
  'model.overloaded',
  'model.stalled',
  'model.truncated',
  'model.unavailable',
]

interface Line {
  provider: Provider
  circuit: Circuit
  limiter: FairLimiter
  fetch: Fetch
}

function canceled(cause: unknown): ModelError {
  return new ModelError('model.canceled', 'The answer was stopped.', { retryable: false, cause })
}

function noKey({ name, keySetting }: Provider): ModelError {
  const message = `${name} needs a key. Set ${keySetting}, or choose demo/writer, which needs none.`
  return new ModelError('model.no_key', message, { retryable: false })
}

/** An error that the engine can show, for whatever went wrong before or around the call. */
function asModelError(error: unknown, provider: string, signal: AbortSignal): ModelError {
  if (error instanceof ModelError) return error
  if (error instanceof CircuitOpenError) {
    const wait = sayWait(error.retryAfterMs)
    const message = `${provider} failed several times in a row and is left alone for ${wait}. Choose another model, or wait.`
    return new ModelError('model.circuit_open', message, {
      retryable: true,
      retryAfterMs: error.retryAfterMs,
    })
  }
  if (signal.aborted) return canceled(error)
  return new ModelError('model.unavailable', `${provider} could not be asked. Try again in a moment.`, {
    retryable: true,
    cause: error,
  })
}

/** The model module of a replica: `callModel` for one try, `listModels` for what can be chosen. */
export function createModels(config: ModelConfig, dependencies: ModelDependencies = {}): Models {
  const { share = () => 1, now = Date.now, resolve, onCircuit } = dependencies
  const providers = createProviders(config)
  const lines = new Map<string, Line>()
  for (const provider of providers.values()) lines.set(provider.id, createLine(provider))

  const known = ['demo', ...lines.keys()]

  function createLine(provider: Provider): Line {
    const part = (limit: number) => Math.max(1, Math.floor(limit * share()))
    const allow = parseAllowList([
      ...config.allowHosts,
      ...(provider.trustedHost === null ? [] : [provider.trustedHost]),
    ])
    return {
      provider,
      circuit: createCircuit({
        failures: circuitFailures,
        openMs: circuitOpenMs,
        isFault: (error) => error instanceof ModelError && faults.includes(error.code),
        onChange: (state) => onCircuit?.({ provider: provider.id, state }),
      }),
      limiter: createFairLimiter({
        total: () => part(config.modelConcurrency),
        perKey: () => part(config.modelConcurrencyPerOrganization),
        maxQueued,
      }),
      fetch: createGuardedFetch({ allow, ...(resolve === undefined ? {} : { resolve }) }),
    }
  }

  async function callProvider(line: Line, model: string, call: ModelCall) {
    const { provider, circuit, limiter, fetch } = line
    const { apiKey } = provider
    if (apiKey === undefined) throw noKey(provider)
    const release = await limiter.acquire(call.organizationId, call.signal)
    if (release === null) {
      throw new ModelError(
        'model.queue_full',
        `Too many calls are waiting for ${provider.name}. Try again in a moment.`,
        {
          retryable: true,
        },
      )
    }
    const limits = {
      firstMs: config.modelFirstMs,
      idleMs: config.modelIdleMs,
      totalMs: config.modelTotalMs,
      maxBytes: config.modelMaxBytes,
    }
    try {
      return await circuit.run((alive) =>
        attemptCall(call, { provider, apiKey, model }, { limits, tailMs, fetch, now }, alive),
      )
    } finally {
      release()
    }
  }

  const callModel: CallModel = async (call) => {
    const [, providerId = '', model = ''] = /^([^/]+)\/(.+)$/s.exec(call.request.model) ?? []
    if (call.signal.aborted) throw canceled(call.signal.reason)
    const messages = inTurns(call.request.messages)
    if (messages.length === 0) {
      const message = 'There is nothing to answer: the prompt and the message are empty.'
      throw new ModelError('model.invalid_request', message, { retryable: false })
    }
    const cleaned = { ...call, request: { ...call.request, messages } }
    if (providerId === 'demo') return callDemo(model, cleaned, { delayMs: config.demoDelayMs })
    const line = lines.get(providerId)
    if (line === undefined) {
      const message = `There is no model ${call.request.model}. Model ids are provider/name, with one of the providers ${known.join(', ')}.`
      throw new ModelError('model.not_found', message, { retryable: false })
    }
    return callProvider(line, model, cleaned).catch((error: unknown) => {
      throw asModelError(error, line.provider.name, call.signal)
    })
  }

  return {
    callModel,
    providers: known,
    listModels: createModelList({
      providers: [...providers.values()],
      fetchOf: (id) => lines.get(id)?.fetch,
      now,
    }),
  }
}
