import { expect, test } from 'bun:test'
import { createExpiringCache } from './expiring-cache.ts'

function counted(lifeMs: number, max = 10) {
  let time = 0
  let loads = 0
  const cache = createExpiringCache<number>({ lifeMs, max, now: () => time })
  return {
    ask: (key: string) => cache.get(key, () => Promise.resolve(++loads)),
    fail: (key: string) => cache.get(key, () => Promise.reject(new Error('no'))),
    pass: (ms: number) => (time += ms),
  }
}

test('a value is loaded once while it lives and again after that', async () => {
  const cache = counted(5_000)
  expect(await cache.ask('a')).toBe(1)
  cache.pass(4_999)
  expect(await cache.ask('a')).toBe(1)
  cache.pass(1)
  expect(await cache.ask('a')).toBe(2)
})

test('a failure is not remembered', async () => {
  const cache = counted(5_000)
  await expect(cache.fail('a')).rejects.toThrow('no')
  await Promise.resolve()
  expect(await cache.ask('a')).toBe(1)
})

test('the oldest entry goes when there are too many', async () => {
  const cache = counted(5_000, 2)
  await cache.ask('a')
  await cache.ask('b')
  await cache.ask('c')
  expect(await cache.ask('c')).toBe(3)
  expect(await cache.ask('a')).toBe(4)
})
