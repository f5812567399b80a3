import { parseAllowList } from './address-rules.ts'
import { createCircuit, type Circuit } from './circuit.ts'
import { createFairLimiter, type FairLimiter } from './fair-limiter.ts'
import { createGuardedFetch, type Fetch, type Resolve } from './guarded-fetch.ts'
import type { ModelConfig } from './model.config.ts'
import { ModelError } from './model.errors.ts'
import type { OwnKey, OwnKeysOf } from './own-keys.ts'
import { createProviders, ownProvider, type Provider } from './providers.ts'

/** Failures in a row after which a provider is left alone, and for how long. */
const circuitFailures = 5
const circuitOpenMs = 15_000
const maxQueued = 1_000
/** Servers of organizations that are remembered; one that is forgotten begins with a closed circuit. */
const mostOwnServers = 1_000

const faults: readonly string[] = [
  'model.malformed',
  'model.overloaded',
  'model.stalled',
  'model.truncated',
  'model.unavailable',
]

/** A provider with what all calls to it share. */
export interface Line {
  /** Another one for each key and address. */
  id: string
  provider: Provider
  source: 'organization' | 'environment'
  circuit: Circuit
  limiter: FairLimiter
  fetch: Fetch
}

interface LineOptions {
  config: ModelConfig
  /** Private hosts that servers of organizations may have. */
  privateHosts: readonly string[]
  share: () => number
  resolve: Resolve | undefined
  onCircuit: ((circuit: { provider: string; state: 'open' | 'closed' }) => void) | undefined
  ownKeysOf: OwnKeysOf
}

/** The key is there, in a form that the deployment's secret does not open. */
function unreadable({ name }: Provider): ModelError {
  const message = `The organization’s key for ${name} cannot be read any more. An admin has to set it again.`
  return new ModelError('model.no_key', message, { retryable: false })
}

/**
 * The providers that an organization can ask: the deployment's, with the organization's own keys before those of the
 * environment, and the organization's own servers. One circuit and limit serves all organizations at one address of
 * the deployment; a server of an organization has its own, so that its faults are nobody else's.
 */
export function createLines({ config, privateHosts, share, resolve, onCircuit, ownKeysOf }: LineOptions) {
  const part = (limit: number) => Math.max(1, Math.floor(limit * share()))

  function open(id: string, provider: Provider, more: readonly string[]): Line {
    const allow = parseAllowList([...config.allowHosts, ...more])
    return {
      id,
      provider,
      source: 'environment',
      circuit: createCircuit({
        failures: circuitFailures,
        openMs: circuitOpenMs,
        isFault: (error) => error instanceof ModelError && faults.includes(error.code),
        onChange: (state) => onCircuit?.({ provider: id, state }),
      }),
      limiter: createFairLimiter({
        total: () => part(config.modelConcurrency),
        perKey: () => part(config.modelConcurrencyPerOrganization),
        maxQueued,
      }),
      fetch: createGuardedFetch({ allow, ...(resolve === undefined ? {} : { resolve }) }),
    }
  }

  const shared = new Map<string, Line>()
  for (const provider of createProviders(config).values()) {
    const trusted = provider.trustedHost === null ? [] : [provider.trustedHost]
    shared.set(provider.id, open(provider.id, provider, trusted))
  }
  const ownServers = new Map<string, Line>()

  function ownServer(organizationId: string, provider: Provider): Line {
    const id = `${organizationId}/${provider.id}/${provider.baseUrl}`
    const line = ownServers.get(id) ?? open(id, provider, privateHosts)
    ownServers.delete(id)
    ownServers.set(id, line)
    const oldest = ownServers.keys().next()
    if (ownServers.size > mostOwnServers && !oldest.done) ownServers.delete(oldest.value)
    return line
  }

  /** Undefined for a key of a server that the deployment does not have any more. */
  function ownLine(organizationId: string, own: OwnKey): Line | undefined {
    const base = shared.get(own.provider)
    const at = own.baseUrl === null ? base?.provider : ownProvider(config, own.provider, own.baseUrl)
    if (at === undefined) return undefined
    const line = own.baseUrl === null ? base : ownServer(organizationId, at)
    if (line === undefined) return undefined
    const apiKey = own.key === null ? undefined : own.key === '' ? at.apiKey : own.key
    const id = `${organizationId}/${own.provider}/${own.version}`
    return { ...line, id, source: 'organization', provider: { ...at, apiKey } }
  }

  async function ownLines(organizationId: string): Promise<Line[]> {
    const keys = await ownKeysOf(organizationId)
    return keys.flatMap((own) => ownLine(organizationId, own) ?? [])
  }

  return {
    isShared: (providerId: string) => shared.has(providerId),
    /** All that the organization may ask, those of the deployment first. */
    async of(organizationId: string): Promise<Line[]> {
      const own = new Map((await ownLines(organizationId)).map((line) => [line.provider.id, line]))
      const ofDeployment = [...shared.values()].map((line) => own.get(line.provider.id) ?? line)
      return [...ofDeployment, ...[...own.values()].filter(({ provider }) => !shared.has(provider.id))]
    },
    /** The line of one provider with a key that can be used; throws `model.no_key` where it cannot be read. */
    async find(organizationId: string, providerId: string): Promise<Line | undefined> {
      const own = (await ownLines(organizationId)).find(({ provider }) => provider.id === providerId)
      if (own !== undefined && own.provider.apiKey === undefined) throw unreadable(own.provider)
      return own ?? shared.get(providerId)
    },
  }
}
