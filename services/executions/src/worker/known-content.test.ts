import { expect, test } from 'bun:test'
import { KnownContent } from './known-content.ts'

const nothing = { readPayloads: async () => new Map<string, unknown>() }

test('what was written is known without asking, the rest is read', async () => {
  const asked: string[][] = []
  const storage = {
    readPayloads: async (_: string, refs: string[]) => {
      asked.push(refs)
      return new Map<string, unknown>([['b', 'stored']])
    },
  }
  const content = new KnownContent()
  content.add([{ ref: 'a', body: 'written' }])
  expect(await content.read(storage, 'id', ['a', 'b'])).toEqual(
    new Map([
      ['a', 'written'],
      ['b', 'stored'],
    ]),
  )
  expect(await content.read(storage, 'id', ['a'])).toEqual(new Map([['a', 'written']]))
  expect(asked).toEqual([['b']])
})

test('what is known is what the database would answer: cleaned, and with the keys in its order', async () => {
  const content = new KnownContent()
  content.add([{ ref: 'a', body: { bb: 1, a: [{ zz: 1, é: 2, y: '\0' }] } }])
  const read = await content.read(nothing, 'id', ['a'])
  expect(JSON.stringify(read.get('a'))).toBe('{"a":[{"y":"\ufffd","zz":1,"é":2}],"bb":1}')
})

test('long content is not kept, and content written again takes the place of the old', async () => {
  const content = new KnownContent()
  content.add([
    { ref: 'a', body: 'old' },
    { ref: 'b', body: 'old' },
  ])
  content.add([
    { ref: 'a', body: 'new' },
    { ref: 'b', body: 'x'.repeat(20_000) },
  ])
  expect(await content.read(nothing, 'id', ['a', 'b'])).toEqual(new Map([['a', 'new']]))
})
