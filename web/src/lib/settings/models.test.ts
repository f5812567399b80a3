import { describe, expect, test } from 'bun:test'
import type { Model } from './models.documents.ts'
import { findModels, formatContext, formatPrice, sortModels, usualSort } from './models.ts'

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
])('a price of %p is %p', (usd, text) => expect(formatPrice(usd)).toBe(text))

test.each([
  [null, '–'],
  [128_000, '128K'],
  [1_047_576, '1M'],
])('%p tokens are %p', (tokens, text) => expect(formatContext(tokens)).toBe(text))
