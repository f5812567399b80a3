import { attemptCall } from './attempt.ts'
import type { CallModel, ModelCall, Models } from './call-model.ts'
import { checkLine } from './check-line.ts'
import { CircuitOpenError } from './circuit.ts'
import { callDemo } from './demo.ts'
import type { Resolve } from './guarded-fetch.ts'
import { inTurns } from './in-turns.ts'
import { createLines, type Line } from './lines.ts'
import { createModelList } from './list-models.ts'
import type { ModelConfig } from './model.config.ts'
import { ModelError } from './model.errors.ts'
import type { OwnKeysOf } from './own-keys.ts'
import type { OwnPrice, OwnPricesOf } from './own-prices.ts'
import type { Provider } from './providers.ts'
import { sayWait } from './retry-after.ts'

export interface ModelDependencies {
  /** This replica's part of the concurrency limits: 1 alone, 0.5 of two. */
  share?: () => number
  now?: () => number
  resolve?: Resolve
  /** Told when a provider is left alone after failures, and when it is asked again. */
  onCircuit?: (circuit: { provider: string; state: 'open' | 'closed' }) => void
  /** The keys that organizations have set; none where left out. */
  ownKeysOf?: OwnKeysOf
  /** The prices that organizations have set; none where left out. */
  ownPricesOf?: OwnPricesOf
  /** Private hosts, as in `allowHosts`, that servers of organizations may have. */
  privateHosts?: readonly string[]
}

const tailMs = 5_000

function canceled(cause: unknown): ModelError {
  return new ModelError('model.canceled', 'The answer was stopped.', { retryable: false, cause })
}

function noKey({ name, keySetting }: Provider): ModelError {
  const message = `${name} needs a key. An admin of the organization can set one, or the deployment ${keySetting}. Or choose demo/writer, which needs none.`
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
  const { privateHosts = [], ownKeysOf = () => Promise.resolve([]) } = dependencies
  const { ownPricesOf = () => Promise.resolve([]) } = dependencies
  const lines = createLines({ config, share, resolve, onCircuit, privateHosts, ownKeysOf })
  const listModels = createModelList({ now })

  const knownTo = async (organizationId: string) => [
    'demo',
    ...(await lines.of(organizationId)).map(({ provider }) => provider.id),
  ]

  async function callProvider(line: Line, model: string, call: ModelCall, ownPrice?: OwnPrice) {
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
        attemptCall(call, { provider, apiKey, model, ownPrice }, { limits, tailMs, fetch, now }, alive),
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
    let name = providerId
    try {
      const [line, prices] = await Promise.all([
        lines.find(call.organizationId, providerId),
        ownPricesOf(call.organizationId),
      ])
      if (line === undefined) throw await noModel(call)
      name = line.provider.name
      const ownPrice = prices.find((price) => price.model === call.request.model)
      return await callProvider(line, model, cleaned, ownPrice)
    } catch (error) {
      throw asModelError(error, name, call.signal)
    }
  }

  async function noModel({ organizationId, request }: ModelCall): Promise<ModelError> {
    const known = (await knownTo(organizationId)).join(', ')
    const message = `There is no model ${request.model}. Model ids are provider/name, with one of the providers ${known}.`
    return new ModelError('model.not_found', message, { retryable: false })
  }

  return {
    callModel,
    providersOf: knownTo,
    listModels: async (organizationId) =>
      listModels(...(await Promise.all([lines.of(organizationId), ownPricesOf(organizationId)]))),
    async listProviders(organizationId) {
      const found = await lines.of(organizationId)
      return found.map(({ provider, source }) => ({
        id: provider.id,
        name: provider.name,
        source: source === 'organization' || provider.apiKey !== undefined ? source : 'none',
        available: provider.apiKey !== undefined,
        ofDeployment: lines.isShared(provider.id),
      }))
    },
    async checkProvider(organizationId, providerId) {
      const line = await lines.find(organizationId, providerId)
      if (line === undefined) return undefined
      if (line.provider.apiKey === undefined) throw noKey(line.provider)
      return checkLine(line, now())
    },
  }
}
