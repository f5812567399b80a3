import { expect, test } from 'bun:test'
import { StreamMemory } from './stream-memory.ts'

const stream = { madeAt: 1_000, lastSeq: 10 }

function remembering(): StreamMemory {
  const memory = new StreamMemory()
  memory.accept(stream)
  memory.note({ seq: 11, repeated: false })
  memory.note({ seq: 12, repeated: false })
  return memory
}

test('of a stream that was never seen nothing is known', () => {
  expect(new StreamMemory().isSame(stream)).toBeUndefined()
})

test('the same stream is the same, however far others have written in it', () => {
  expect(remembering().isSame({ madeAt: 1_000, lastSeq: 12 })).toBe(true)
  expect(remembering().isSame({ madeAt: 1_000, lastSeq: 99 })).toBe(true)
})

test('one that was made anew, ends earlier, or gives a place twice is another', () => {
  expect(remembering().isSame({ madeAt: 9_000, lastSeq: 99 })).toBe(false)
  expect(remembering().isSame({ madeAt: 1_000, lastSeq: 11 })).toBe(false)
  const told = remembering()
  told.note({ seq: 12, repeated: false })
  expect(told.wentBack).toBe(true)
  expect(told.isSame({ madeAt: 1_000, lastSeq: 99 })).toBe(false)
})

test('an event that it says it has already tells nothing', () => {
  const memory = remembering()
  memory.note({ seq: 3, repeated: true })
  expect(memory.wentBack).toBe(false)
})

test('once accepted it is the one to compare with', () => {
  const memory = remembering()
  memory.note({ seq: 5, repeated: false })
  memory.accept({ madeAt: 1_000, lastSeq: 5 })
  expect(memory.wentBack).toBe(false)
  expect(memory.isSame({ madeAt: 1_000, lastSeq: 5 })).toBe(true)
})
