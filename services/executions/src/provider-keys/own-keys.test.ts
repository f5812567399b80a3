import { expect, test } from 'bun:test'
import { createLogger } from '@quillworks/service-kit/logger'
import type { OwnKey } from '../models/own-keys.ts'
import { createOwnKeys } from './own-keys.ts'

const organization = '01990000-0000-7000-8000-00000000000a'
const keyOf = (version: string): OwnKey => ({ provider: 'openai', baseUrl: null, key: 'k', version })

/** Keys over a database that says what the test wants. */
function fixture() {
  let time = 0
  let reads = 0
  let answer: () => Promise<OwnKey[]> = () => Promise.resolve([keyOf('1')])
  let hear: (organizationId: string) => void = () => {}
  const told: string[] = []
  const keys = createOwnKeys({
    read: () => {
      reads += 1
      return answer()
    },
    nats: {
      publish: (_subject, body) => {
        told.push(String(body))
      },
      subscribe: (_subject, options) => {
        hear = (id) => {
          options?.callback?.(null, { string: () => id } as never)
        }
        return {} as never
      },
    },
    logger: createLogger('test', { level: 'silent' }),
    now: () => time,
  })
  const versions = async () => (await keys.of(organization)).map(({ version }) => version)
  return {
    keys,
    told,
    versions,
    reads: () => reads,
    pass: (ms: number) => (time += ms),
    answers: (next: () => Promise<OwnKey[]>) => (answer = next),
    hear: (id: string) => hear(id),
  }
}

test('keys are read once in five seconds, and by all who ask at the same time', async () => {
  const { versions, reads, pass } = fixture()
  expect(await Promise.all([versions(), versions()])).toEqual([['1'], ['1']])
  pass(4_999)
  await versions()
  expect(reads()).toBe(1)
  pass(1)
  await versions()
  expect(reads()).toBe(2)
})

test('a change is seen at once, here and where it is heard of, also by who asked just before it', async () => {
  const { keys, versions, answers, told, hear } = fixture()
  await versions()
  answers(() => Promise.resolve([keyOf('2')]))
  keys.changed(organization)
  expect([await versions(), told]).toEqual([['2'], [organization]])
  const late = Promise.withResolvers<OwnKey[]>()
  hear(organization)
  answers(() => late.promise)
  const before = versions()
  hear(organization)
  answers(() => Promise.resolve([keyOf('4')]))
  expect(await versions()).toEqual(['4'])
  late.resolve([keyOf('3')])
  expect([await before, await versions()]).toEqual([['3'], ['4']])
})

test('while the database is away the last keys serve, for half a minute and until a change', async () => {
  const { versions, answers, pass, hear } = fixture()
  await versions()
  answers(() => Promise.reject(new Error('away')))
  pass(29_000)
  expect(await versions()).toEqual(['1'])
  pass(1_000)
  await expect(versions()).rejects.toThrow('away')
  answers(() => Promise.resolve([keyOf('2')]))
  expect(await versions()).toEqual(['2'])
  answers(() => Promise.reject(new Error('away')))
  hear(organization)
  await expect(versions()).rejects.toThrow('away')
})

test('what is no organization has no keys', async () => {
  const { keys, reads } = fixture()
  expect([await keys.of('o'), reads()]).toEqual([[], 0])
})
