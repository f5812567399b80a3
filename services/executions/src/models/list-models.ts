import OpenAI from 'openai'
import Anthropic from '@anthropic-ai/sdk'
import type { ListedModel } from './call-model.ts'
import { demoModels } from './demo.ts'
import type { Fetch } from './guarded-fetch.ts'
import { factsOf, isListed } from './model-facts.ts'
import { pricedModels, tokenPrices } from './prices.ts'
import type { Provider } from './providers.ts'

/** A server is asked for its models no more often than this, and waited for no longer than that. */
const freshMs = 60_000
const patienceMs = 3_000

interface Options {
  providers: Provider[]
  fetchOf: (providerId: string) => Fetch | undefined
  now: () => number
}

/** A model as listed: what the price data knows of it, else what is known of its name. */
function describe(
  provider: Provider,
  name: string,
  now: number,
  known?: { name?: string; context_window?: number },
): ListedModel {
  const { maxOutputTokens, abilities } = factsOf(provider.id, name)
  return {
    id: `${provider.id}/${name}`,
    provider: provider.id,
    name: known?.name ?? name,
    contextTokens: known?.context_window ?? null,
    maxOutputTokens,
    ...tokenPrices(provider.priced, name, new Date(now)),
    abilities,
    demo: false,
    available: provider.apiKey !== undefined,
  }
}

async function askServer(provider: Provider, fetch: Fetch): Promise<string[]> {
  const options = {
    apiKey: provider.apiKey ?? '',
    baseURL: provider.baseUrl,
    fetch,
    maxRetries: 0,
    timeout: patienceMs,
  }
  const client =
    provider.id === 'anthropic'
      ? new Anthropic({ ...options, authToken: null, logLevel: 'off' })
      : new OpenAI({ ...options, organization: null, project: null, logLevel: 'off' })
  const page = await client.models.list({ signal: AbortSignal.timeout(patienceMs) })
  return page.data.map((model) => model.id).filter((id) => typeof id === 'string')
}

/**
 * What can be chosen: the demo first, then the current models of the price data, or what a server of one's own
 * lists. A server that cannot be asked lists nothing, and its models can still be named.
 */
export function createModelList({ providers, fetchOf, now }: Options): () => Promise<ListedModel[]> {
  const asked = new Map<string, { at: number; names: Promise<string[]> }>()

  function namesOf(provider: Provider): Promise<string[]> {
    const last = asked.get(provider.id)
    if (last !== undefined && now() - last.at < freshMs) return last.names
    const fetch = fetchOf(provider.id)
    const names = fetch === undefined ? Promise.resolve([]) : askServer(provider, fetch).catch(() => [])
    asked.set(provider.id, { at: now(), names })
    return names
  }

  async function modelsOf(provider: Provider): Promise<ListedModel[]> {
    const known = pricedModels(provider.priced)
    if (provider.listsItself) {
      const names = await namesOf(provider)
      return names.map((name) =>
        describe(
          provider,
          name,
          now(),
          known.find((model) => model.id === name),
        ),
      )
    }
    return known
      .filter((model) => isListed(model.id))
      .map((model) => describe(provider, model.id, now(), model))
      .filter((model) => model.inputNanoUsdPerToken !== null && model.outputNanoUsdPerToken !== null)
  }

  return async () => [...demoModels, ...(await Promise.all(providers.map(modelsOf))).flat()]
}
