import { expect, test } from 'bun:test'
import { createFailedSignIns, type FailedTries } from './failed-sign-ins.ts'

const ada = { userId: 'ada', email: 'ada@example.com' }

/** The counting alone: `pass` ends the minutes that have begun; `broken` makes each write fail. */
function counting() {
  const written: Pick<FailedTries, 'times' | 'addresses' | 'method'>[] = []
  const warnings: unknown[] = []
  const minutes: (() => void)[] = []
  const state = { broken: false }
  const failed = createFailedSignIns({
    find: async (email) => (email === ada.email ? ada : undefined),
    write: async ({ times, addresses, method }) => {
      if (state.broken) throw new Error('no database')
      written.push({ times, addresses, method })
    },
    logger: { warn: (warning: unknown) => void warnings.push(warning) },
    later: (act) => void minutes.push(act),
  })
  /** Lets what was begun end. */
  const settle = () => Bun.sleep(0)
  async function fail(clientAddress: string, email = ada.email, method: 'password' | 'oidc' = 'password') {
    failed.note({ email, method, clientAddress })
    await settle()
  }
  async function pass() {
    for (const act of minutes.splice(0)) act()
    await settle()
  }
  return { written, warnings, state, failed, fail, pass, minutes: () => minutes.length }
}

test('the first is told at once, those of the minute after it together', async () => {
  const { written, fail, pass } = counting()
  await fail('192.0.2.1')
  expect(written).toEqual([{ times: 1, addresses: ['192.0.2.1'], method: 'password' }])
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1']) await fail(address)
  expect(written.length).toBe(1)
  await pass()
  expect(written[1]).toEqual({ times: 3, addresses: ['192.0.2.1', '192.0.2.2'], method: 'password' })
})

test('a flood makes one entry a minute, and keeps a few of its addresses', async () => {
  const { written, fail, pass } = counting()
  for (let minute = 0; minute < 3; minute += 1) {
    for (let n = 0; n < 50; n += 1) await fail(`192.0.2.${n}`)
    await pass()
  }
  expect(written.map(({ times, addresses }) => [times, addresses.length])).toEqual([
    [1, 1],
    [49, 10],
    [50, 10],
    [50, 10],
  ])
})

test('nothing is kept of a minute without any', async () => {
  const { written, fail, pass, minutes } = counting()
  await fail('192.0.2.1')
  await pass()
  expect(minutes()).toBe(0)
  await fail('192.0.2.1')
  expect(written.map(({ times }) => times)).toEqual([1, 1])
})

test('an address that nobody has leaves no trace', async () => {
  const { written, fail, minutes } = counting()
  await fail('192.0.2.1', 'nobody@example.com')
  expect([written.length, minutes()]).toEqual([0, 0])
})

test('ways of signing in are told apart', async () => {
  const { written, fail } = counting()
  await fail('192.0.2.1')
  await fail('192.0.2.1', ada.email, 'oidc')
  expect(written.map(({ method }) => method)).toEqual(['password', 'oidc'])
})

test('what could not be written is told with the next', async () => {
  const { written, warnings, state, fail, pass } = counting()
  state.broken = true
  await fail('192.0.2.1')
  await fail('192.0.2.2')
  await pass()
  expect([written.length, warnings.length]).toEqual([0, 2])
  state.broken = false
  await pass()
  expect(written).toEqual([{ times: 2, addresses: ['192.0.2.1', '192.0.2.2'], method: 'password' }])
})

test('nothing is lost where it ends in good order', async () => {
  const { written, failed, fail } = counting()
  await fail('192.0.2.1')
  await fail('192.0.2.1')
  failed.note({ email: ada.email, method: 'password' })
  await failed.flush()
  expect(written.map(({ times }) => times)).toEqual([1, 2])
})
