import { afterEach, expect, test } from 'bun:test'
import { createFixture, type Fixture } from './models.fixture.ts'
import { ownCost, type OwnPrice } from './own-prices.ts'

let fixture: Fixture | undefined
afterEach(async () => {
  await fixture?.close()
  fixture = undefined
})

function price(inputPicoUsd: bigint, outputPicoUsd: bigint, cachedPicoUsd: bigint | null = null): OwnPrice {
  return { model: 'compat/scripted-1', inputPicoUsd, outputPicoUsd, cachedPicoUsd }
}

test.each([
  // 0.15 dollars per million × 7 tokens.
  ['7 tokens at 0.15', price(150_000n, 0n), [7, 0, 0], 1_050n],
  ['the part of the cache at its own price', price(150_000n, 600_000n, 75_000n), [1_000, 100, 400], 180_000n],
  ['the part of the cache as other input', price(150_000n, 600_000n), [1_000, 100, 400], 210_000n],
  ['less than half a billionth', price(499n, 0n), [1, 0, 0], 0n],
  ['half a billionth', price(1n, 0n), [500, 0, 0], 1n],
  ['both halves, rounded once', price(400n, 400n), [1, 1, 0], 1n],
  [
    'more than a float can tell',
    price(1_001_000n, 1n),
    [9_007_199_254_740_991, 0, 0],
    9_016_206_453_995_731_991n,
  ],
  ['nothing', price(0n, 0n), [1_000_000, 1_000_000, 0], 0n],
] as const)('%s cost exactly that', (_, own, [inputTokens, outputTokens, cachedTokens], expected) => {
  expect(ownCost(own, { inputTokens, outputTokens, cachedTokens, cacheWriteTokens: 0 })).toBe(expected)
})

test('what was not counted has no cost', () => expect(ownCost(price(1n, 1n), null)).toBeNull())

test('an organization’s price counts for its calls alone, also of a model whose price nobody knows', async () => {
  const usage = { inputTokens: 1_000, outputTokens: 100, cachedTokens: 400 }
  const prices = [price(1_000_000n, 2_000_000n), { ...price(1n, 0n), model: 'openai/gpt-4o-mini' }]
  fixture = createFixture(
    {},
    { ownPricesOf: (organizationId) => Promise.resolve(organizationId === 'ours' ? prices : []) },
    [{ text: 'x', usage, times: 0 }],
  )
  const { call } = fixture
  const cost = async (model: string, organizationId: string) => {
    const outcome = await call(model, { organizationId })
    return outcome.ok ? outcome.result.costNanoUsd : outcome.error
  }
  expect(await cost('compat/scripted-1', 'ours')).toBe(1_200_000n)
  expect(await cost('compat/scripted-1', 'theirs')).toBeNull()
  expect(await cost('openai/gpt-4o-mini', 'ours')).toBe(1n)
  expect(await cost('openai/gpt-4o-mini', 'theirs')).toBe(180_000n)
})

test('what a server cannot have counted has no cost that nothing could hold', async () => {
  const usage = { inputTokens: Number.MAX_SAFE_INTEGER, outputTokens: 0 }
  fixture = createFixture({}, { ownPricesOf: () => Promise.resolve([price(100_000_000_000n, 0n)]) }, [
    { text: 'x', usage },
  ])
  expect(await fixture.call('compat/scripted-1')).toMatchObject({
    result: { usage: { inputTokens: Number.MAX_SAFE_INTEGER }, costNanoUsd: null },
  })
})

test('the list says whose price it is, and keeps the usual one beside it', async () => {
  const own = [
    { ...price(2_500_000n, 0n), model: 'openai/gpt-4.1-mini' },
    { ...price(1n, 1n), model: 'openai/of-tomorrow' },
    { ...price(1n, 1n), model: 'nobody/x' },
  ]
  fixture = createFixture({ openaiBaseUrl: '' }, { ownPricesOf: () => Promise.resolve(own) })
  const list = await fixture.models.listModels('o')
  const of = (id: string) => list.find((model) => model.id === id)
  expect(of('openai/gpt-4.1-mini')).toMatchObject({
    inputNanoUsdPerToken: 2_500,
    outputNanoUsdPerToken: 0,
    cachedNanoUsdPerToken: null,
    priceSource: 'organization',
    packagePrice: { inputNanoUsdPerToken: 400 },
  })
  expect(of('openai/of-tomorrow')).toMatchObject({ priceSource: 'organization', packagePrice: null })
  expect(of('openai/gpt-4o-mini')).toMatchObject({ priceSource: 'package' })
  expect(of('compat/scripted-1')).toMatchObject({ priceSource: null, packagePrice: null })
  expect(of('nobody/x')).toBeUndefined()
})
