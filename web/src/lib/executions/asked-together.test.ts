import { expect, test } from 'bun:test'
import { AskedTogether } from './asked-together.ts'

/** What is asked, each question to be answered by hand; `told` settles with the next answer that is told. */
function asking(options: { most?: number } = {}) {
  const questions: { ids: string[]; answer: (text: string) => void; fail: (error: Error) => void }[] = []
  const told: string[] = []
  let asked = () => {}
  const together = new AskedTogether<string>({
    ask: (ids) =>
      new Promise((answer, fail) => {
        questions.push({ ids, answer, fail })
        asked()
      }),
    tell: (text) => told.push(text),
    isExpected: (error) => error instanceof RangeError,
    waitMs: 0,
    ...options,
  })
  const next = () => new Promise<void>((resolve) => (asked = resolve))
  return { together, questions, told, next }
}

test('ids that come together are asked for in one question, each once', async () => {
  const { together, questions, next } = asking()
  const first = next()
  for (const id of ['a', 'b', 'a']) together.add(id)
  await first
  expect(questions.map(({ ids }) => ids)).toEqual([['a', 'b']])
})

test('what comes while one question is under way waits for its answer, also where it fails', async () => {
  const { together, questions, told, next } = asking()
  const first = next()
  together.add('a')
  await first
  together.add('b')
  together.add('a')
  const second = next()
  questions[0]?.answer('one')
  await second
  together.add('c')
  const third = next()
  questions[1]?.fail(new RangeError('away'))
  await third
  expect(told).toEqual(['one'])
  expect(questions.map(({ ids }) => ids)).toEqual([['a'], ['b', 'a'], ['c']])
})

test('many are asked for in several questions', async () => {
  const { together, questions, next } = asking({ most: 2 })
  const first = next()
  for (const id of ['a', 'b', 'c']) together.add(id)
  await first
  const second = next()
  questions[0]?.answer('one')
  await second
  expect(questions.map(({ ids }) => ids)).toEqual([['a', 'b'], ['c']])
})
