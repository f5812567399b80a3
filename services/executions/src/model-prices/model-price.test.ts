import { expect, test } from 'bun:test'
import type { AppError } from '@quillworks/service-kit/errors'
import { checkPrice, usdOf, type GivenPrice } from './model-price.ts'

const given: GivenPrice = {
  model: ' gpu/writer:7b/x ',
  inputUsdPerMillionTokens: 0.15,
  outputUsdPerMillionTokens: 100_000,
}
const providers = ['openai', 'gpu']

function problems(more: Partial<GivenPrice>): string[] {
  try {
    checkPrice({ ...given, ...more }, providers)
    return []
  } catch (error) {
    return (error as AppError).issues.map(({ path }) => path.join('.'))
  }
}

test('dollars become whole numbers and come back the same', () => {
  expect(checkPrice(given, providers)).toEqual({
    model: 'gpu/writer:7b/x',
    inputPicoUsd: 150_000n,
    outputPicoUsd: 100_000_000_000n,
    cachedPicoUsd: null,
  })
  for (const usd of [0, 0.000001, 0.1, 0.29, 1.005, 2.675, 99_999.999999]) {
    const price = checkPrice({ ...given, cachedUsdPerMillionTokens: usd }, providers)
    expect(price.cachedPicoUsd === null ? null : usdOf(price.cachedPicoUsd)).toBe(usd)
  }
})

test.each<[Partial<GivenPrice>, string[]]>([
  [{ model: 'writer' }, ['model']],
  [{ model: 'gpu/' }, ['model']],
  [{ model: 'demo/writer' }, ['model']],
  [{ model: 'nobody/x' }, ['model']],
  [{ model: `gpu/${'x'.repeat(200)}` }, ['model']],
  [{ inputUsdPerMillionTokens: -0.01 }, ['inputUsdPerMillionTokens']],
  [{ outputUsdPerMillionTokens: 100_000.01 }, ['outputUsdPerMillionTokens']],
  [{ cachedUsdPerMillionTokens: 0.0000001 }, ['cachedUsdPerMillionTokens']],
  [{ inputUsdPerMillionTokens: Number.NaN }, ['inputUsdPerMillionTokens']],
  [
    { model: '', inputUsdPerMillionTokens: Infinity, outputUsdPerMillionTokens: -1 },
    ['model', 'inputUsdPerMillionTokens', 'outputUsdPerMillionTokens'],
  ],
])('%p has problems at %p', (more, expected) => expect(problems(more)).toEqual(expected))
