import { invalidInput, type Issue } from '@quillworks/service-kit/errors'
import type { OwnPrice } from '../models/own-prices.ts'

/** What is given for a model, in dollars per million tokens. */
export interface GivenPrice {
  model: string
  inputUsdPerMillionTokens: number
  outputUsdPerMillionTokens: number
  /** Left out where it costs what other input does. */
  cachedUsdPerMillionTokens?: number | null | undefined
}

const highestUsd = 100_000
const longestModel = 200

/** Dollars × 10⁶, exactly; undefined for what is no price. */
function picoOf(usd: number): bigint | undefined {
  const pico = Math.round(usd * 1e6)
  return usd >= 0 && usd <= highestUsd && pico / 1e6 === usd ? BigInt(pico) : undefined
}

function modelProblem(model: string, providers: readonly string[]): string | undefined {
  const [, provider = ''] = /^([^/\s]+)\/\S(?:.*\S)?$/.exec(model) ?? []
  if (provider === '' || model.length > longestModel)
    return `A model’s id: provider/name, at most ${longestModel} characters.`
  if (provider === 'demo') return 'The demo costs nothing.'
  return providers.includes(provider)
    ? undefined
    : `There is no model provider ${provider}. There are ${providers.join(', ')}.`
}

/** Checks what is given, all problems at once; `providers` are those that the organization can ask. */
export function checkPrice(given: GivenPrice, providers: readonly string[]): OwnPrice {
  const issues: Issue[] = []
  const read = (name: keyof GivenPrice, usd: number): bigint => {
    const pico = picoOf(usd)
    if (pico === undefined)
      issues.push({
        path: [name],
        message: `Dollars from 0 to ${highestUsd} with at most 6 digits after the point.`,
      })
    return pico ?? 0n
  }
  const model = given.model.trim()
  const problem = modelProblem(model, providers)
  if (problem !== undefined) issues.push({ path: ['model'], message: problem })
  const cached = given.cachedUsdPerMillionTokens ?? null
  const price = {
    model,
    inputPicoUsd: read('inputUsdPerMillionTokens', given.inputUsdPerMillionTokens),
    outputPicoUsd: read('outputUsdPerMillionTokens', given.outputUsdPerMillionTokens),
    cachedPicoUsd: cached === null ? null : read('cachedUsdPerMillionTokens', cached),
  }
  if (issues.length > 0) throw invalidInput(issues)
  return price
}

/** A price as a number for people: exact, since it has at most 12 digits. */
export function usdOf(pico: bigint): number {
  return Number(pico) / 1e6
}
