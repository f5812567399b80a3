import { expect, spyOn, test } from 'bun:test'
import { readyPureSteps } from './decide-advance.ts'
import { decideOn } from './decide.ts'
import { created, done, startedAt, step, tick } from './engine.fixture.ts'
import { evolveAll, startFold } from './evolve.ts'

test('ten thousand pure steps in a chain are decided without walking over all of them for each', () => {
  const count = 10_000
  const plan = Array.from({ length: count }, (_, n) =>
    step(`s${n}`, { kind: 'template', after: n === 0 ? [] : [`s${n - 1}`] }),
  )
  const fold = startFold(evolveAll(null, [created(plan)]))
  decideOn(fold, tick, startedAt)
  const steps = fold.current?.steps ?? new Map()
  const walks = (['values', 'keys', 'entries', 'forEach'] as const).map((name) => spyOn(steps, name))
  for (let n = 0; n < count; n += 1) {
    const ready = fold.current ? readyPureSteps(fold.current, fold.agenda) : []
    expect(ready.map(({ key }) => key)).toEqual([`s${n}`])
    const input = done(`s${n}`)
    decideOn(fold, input, startedAt + 1)
  }
  expect(fold.current?.status).toBe('succeeded')
  // Once more at the very end, to find out how the whole ended.
  expect(walks.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBeLessThanOrEqual(2)
})

test('a step that fails at the beginning of a long chain skips all of it', () => {
  const count = 10_000
  const plan = Array.from({ length: count }, (_, n) => step(`s${n}`, { after: n === 0 ? [] : [`s${n - 1}`] }))
  const fold = startFold(evolveAll(null, [created(plan)]))
  decideOn(fold, tick, startedAt)
  const stop = { type: 'command', command: { type: 'stop_step', stepKey: 's0' } } as const
  const facts = decideOn(fold, stop, startedAt + 1)
  expect(facts.map(({ type }): string => type)).toEqual([
    'step_canceled',
    ...Array.from({ length: count - 1 }, () => 'step_skipped'),
    'canceled',
  ])
})
