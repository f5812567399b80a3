import { expect, test } from 'bun:test'
import { done, failed, play, spent, step, tick } from '../engine/engine.fixture.ts'
import { startedAt } from '../engine/engine.fixture.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { decideBatch, type Batch } from './decide-batch.ts'

const cancel: EngineInput = { type: 'command', command: { type: 'cancel', reason: null } }
const stop: EngineInput = { type: 'command', command: { type: 'stop_step', stepKey: 'a' } }

/** Facts of one batch, ten seconds after `a` began; `b` comes after it. */
async function factsOf(inputs: EngineInput[], more: { timeoutMs?: number } = {}): Promise<string[]> {
  const { state } = play([step('a', more), step('b', { after: ['a'] })], [[0, tick]])
  const { events } = await decideBatch({
    state,
    items: inputs.map((input) => ({ input, payloads: [] })),
    now: startedAt + 10_000,
    mostPureSteps: 1,
    options: {} as Batch['options'],
  })
  return events.map((event) => ('stepKey' in event ? `${event.type} ${event.stepKey}` : event.type))
}

test('a cancel that is stored lets nothing begin, whatever was reported with it', async () => {
  const facts = await factsOf([done('a'), cancel])
  expect(facts).toEqual(['step_canceled a', 'step_canceled b', 'canceled', 'usage_recorded a'])
})

test('a cancel counts before what was waiting when it was accepted', async () => {
  expect(await factsOf([stop, cancel])).toEqual(['step_canceled a', 'step_canceled b', 'canceled'])
})

test('a step that was stopped is not begun again by a takeover that comes with it', async () => {
  expect(await factsOf([{ type: 'takeover' }, stop])).toEqual([
    'step_lost a',
    'step_canceled a',
    'step_skipped b',
    'canceled',
  ])
})

test('a report that has arrived counts before the limit that has passed meanwhile', async () => {
  expect(await factsOf([tick, done('a')], { timeoutMs: 5_000 })).toEqual([
    'step_succeeded a',
    'step_started b',
  ])
})

test('an attempt that is lost with its owner has not timed out', async () => {
  const facts = await factsOf([tick, { type: 'takeover' }], { timeoutMs: 5_000 })
  expect(facts).toEqual(['step_lost a', 'step_started a'])
})

test('a failure that counts no more was spent all the same', async () => {
  const facts = await factsOf([failed('a', 1, { usage: spent }), stop])
  expect(facts).toEqual(['step_canceled a', 'step_skipped b', 'canceled', 'usage_recorded a'])
})
