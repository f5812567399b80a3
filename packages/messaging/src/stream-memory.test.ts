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

test('a stream that was never seen may lack what was published before it was made', () => {
  expect(new StreamMemory().missingUntil(stream)).toBe(6_000)
})

test('the same stream lacks nothing, however far others have written in it', () => {
  expect(remembering().missingUntil({ madeAt: 1_000, lastSeq: 12 })).toBeUndefined()
  expect(remembering().missingUntil({ madeAt: 1_000, lastSeq: 99 })).toBeUndefined()
})

test('one that was made anew, ends earlier, or gives a place twice may lack what it had taken', () => {
  expect(remembering().missingUntil({ madeAt: 9_000, lastSeq: 99 })).toBe(14_000)
  expect(remembering().missingUntil({ madeAt: 1_000, lastSeq: 11 })).toBeGreaterThan(Date.now())
  const told = remembering()
  told.note({ seq: 12, repeated: false })
  expect(told.wentBack).toBe(true)
  expect(told.missingUntil({ madeAt: 1_000, lastSeq: 99 })).toBeGreaterThan(Date.now())
})

test('an event that it says it has already tells nothing', () => {
  const memory = remembering()
  memory.note({ seq: 3, repeated: true })
  expect(memory.wentBack).toBe(false)
})

test('what was accepted is not missing any more', () => {
  const memory = remembering()
  memory.note({ seq: 5, repeated: false })
  memory.accept({ madeAt: 1_000, lastSeq: 5 })
  expect(memory.wentBack).toBe(false)
  expect(memory.missingUntil({ madeAt: 1_000, lastSeq: 5 })).toBeUndefined()
})
