import { describe, expect, test } from 'bun:test'
import type { Model } from './models.documents.ts'
import {
  cachedPrice,
  findModels,
  formatContext,
  formatPrice,
  priceText,
  readPrices,
  sortModels,
  usualSort,
} from './models.ts'

const model = (name: string, more: Partial<Model> = {}): Model => ({
  id: `p/${name}`,
  provider: 'p',
  name,
  demo: false,
  available: false,
  contextTokens: null,
  maxOutputTokens: null,
  inputUsdPerMillionTokens: null,
  outputUsdPerMillionTokens: null,
  cachedUsdPerMillionTokens: null,
  priceSource: null,
  packagePrice: null,
  images: false,
  tools: false,
  structuredOutput: false,
  ...more,
})
const names = (models: Model[]) => models.map(({ name }) => name).join(' ')

const models = [
  model('dear', { inputUsdPerMillionTokens: 10 }),
  model('unknown'),
  model('cheap', { inputUsdPerMillionTokens: 1, available: true }),
]

describe('the list', () => {
  test('begins with what can be asked', () =>
    expect(names(sortModels(models, usualSort))).toBe('cheap dear unknown'))

  test.each([
    [false, 'cheap dear unknown'],
    [true, 'dear cheap unknown'],
  ])('by price, downwards %p, what is not known comes last', (descending, order) =>
    expect(names(sortModels(models, { key: 'input', descending }))).toBe(order),
  )

  test('by name', () =>
    expect(names(sortModels(models, { key: 'name', descending: true }))).toBe('unknown dear cheap'))

  test('is searched by words of id and name', () => {
    expect(names(findModels(models, 'P/ chea'))).toBe('cheap')
    expect(names(findModels(models, ''))).toBe('dear unknown cheap')
  })
})

test.each([
  [null, '–'],
  [0, '$0.00'],
  [0.075, '$0.075'],
  [2.5, '$2.50'],
  [0.0005, '$0.0005'],
  [99_999.999999, '$99999.999999'],
])('a price of %p is %p', (usd, text) => expect(formatPrice(usd)).toBe(text))

test.each([
  [null, '–'],
  [128_000, '128K'],
  [1_047_576, '1M'],
])('%p tokens are %p', (tokens, text) => expect(formatContext(tokens)).toBe(text))

describe('the price of an organization', () => {
  const texts = (input: string, output: string, cached: string) => ({
    inputUsdPerMillionTokens: input,
    outputUsdPerMillionTokens: output,
    cachedUsdPerMillionTokens: cached,
  })

  test('is read as typed, the cached one only if there is one', () => {
    const prices = { inputUsdPerMillionTokens: 0.15, outputUsdPerMillionTokens: 2 }
    expect(readPrices(texts(' $0.15', '2.', ' '))).toEqual({
      prices: { ...prices, cachedUsdPerMillionTokens: null },
    })
    expect(readPrices(texts('.15', '2', '0'))).toEqual({
      prices: { ...prices, cachedUsdPerMillionTokens: 0 },
    })
  })

  test.each(['', '-1', '0,15', '1e3', 'free', '.'])('is not %p', (text) =>
    expect(readPrices(texts(text, '1', '1'))).toMatchObject({
      issues: [{ path: ['inputUsdPerMillionTokens'] }],
    }),
  )

  test('of cached input is that of other input unless it is set', () => {
    const own = model('own', { priceSource: 'organization', inputUsdPerMillionTokens: 3 })
    expect(cachedPrice(own)).toBe(3)
    expect(cachedPrice({ ...own, cachedUsdPerMillionTokens: 0 })).toBe(0)
    expect(cachedPrice({ ...own, priceSource: 'package' })).toBeNull()
  })

  test('is told in a few words', () => {
    const prices = { inputUsdPerMillionTokens: 0.15, outputUsdPerMillionTokens: 0.6 }
    expect(priceText({ ...prices, cachedUsdPerMillionTokens: null })).toBe('$0.15 in, $0.60 out')
    expect(priceText({ ...prices, cachedUsdPerMillionTokens: 0.075 })).toBe(
      '$0.15 in, $0.60 out, $0.075 cached',
    )
  })
})
