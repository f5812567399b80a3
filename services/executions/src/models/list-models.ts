import OpenAI from 'openai'
import Anthropic from '@anthropic-ai/sdk'
import type { ListedModel } from './call-model.ts'
import { demoModels } from './demo.ts'
import type { Line } from './lines.ts'
import { factsOf, isListed } from './model-facts.ts'
import { usualPrices, withOwnPrice, type OwnPrice } from './own-prices.ts'
import { pricedModels, tokenPrices } from './prices.ts'
import type { Provider } from './providers.ts'

/** A server is asked for its models no more often than this, and waited for no longer than that. */
const freshMs = 60_000
const patienceMs = 3_000

/** Lists that are remembered, so that no organization's changes fill the memory. */
const mostLists = 1_000

interface Options {
  now: () => number
}

/** A provider and the way to it. */
type Target = Pick<Line, 'id' | 'provider' | 'fetch'>

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
    ...usualPrices(tokenPrices(provider.priced, name, new Date(now))),
    abilities,
    demo: false,
    available: provider.apiKey !== undefined,
  }
}

/** The names of the models that a provider says it has, within `patienceMs`; rejects as its SDK does. */
export async function askForModels(
  { provider, fetch }: Pick<Target, 'provider' | 'fetch'>,
  patienceMs: number,
): Promise<string[]> {
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
 * lists. A server that cannot be asked lists nothing, and its models can still be named. Models with a price of the
 * organization are always among them.
 */
export function createModelList({
  now,
}: Options): (targets: Target[], prices: readonly OwnPrice[]) => Promise<ListedModel[]> {
  const asked = new Map<string, { at: number; names: Promise<string[]> }>()

  function namesOf(target: Target): Promise<string[]> {
    const last = asked.get(target.id)
    if (last !== undefined && now() - last.at < freshMs) return last.names
    const names = askForModels(target, patienceMs).catch(() => [])
    asked.delete(target.id)
    asked.set(target.id, { at: now(), names })
    const oldest = asked.keys().next()
    if (asked.size > mostLists && !oldest.done) asked.delete(oldest.value)
    return names
  }

  async function modelsOf(target: Target): Promise<ListedModel[]> {
    const { provider } = target
    const known = pricedModels(provider.priced)
    if (provider.listsItself) {
      const names = provider.apiKey === undefined ? [] : await namesOf(target)
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

  async function pricedModelsOf(target: Target, prices: readonly OwnPrice[]): Promise<ListedModel[]> {
    const { provider } = target
    const listed = await modelsOf(target)
    const ids = new Set(listed.map(({ id }) => id))
    const start = `${provider.id}/`
    const more = prices
      .filter(({ model }) => model.startsWith(start) && !ids.has(model))
      .map(({ model }) => describe(provider, model.slice(start.length), now()))
    return [...listed, ...more].map((model) => withOwnPrice(model, prices))
  }

  return async (targets, prices) => {
    const listed = await Promise.all(targets.map((target) => pricedModelsOf(target, prices)))
    return [...demoModels, ...listed.flat()]
  }
}
