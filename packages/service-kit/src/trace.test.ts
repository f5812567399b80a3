import { expect, test } from 'bun:test'
import { currentTraceId, currentTraceparent, runWithTrace } from './trace.ts'

const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test("work runs in the caller's trace as a span of its own, also after an await", async () => {
  await runWithTrace(caller, async () => {
    await Promise.resolve()
    expect(currentTraceId()).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(currentTraceparent()).not.toBe(caller)
  })
  expect(currentTraceparent()).toBeUndefined()
})

test('a malformed header begins a new trace', () => {
  runWithTrace('00-zz', () => expect(currentTraceId()).toMatch(/^[0-9a-f]{32}$/))
})
