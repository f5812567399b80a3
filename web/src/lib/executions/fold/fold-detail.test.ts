import { describe, expect, test } from 'bun:test'
import { startFold, toldUsage, type EngineEvent, type ExecutionState } from '@quillworks/executions/fold'
import { randomRun } from '@quillworks/executions/testing/random-run'
import type { ExecutionDetail } from '../execution.documents.ts'
import { bringsContent, detailAt, foldDetail } from './fold-detail.ts'
import { isTorn } from './is-torn.ts'
import { withContent } from './with-content.ts'

function folded(events: readonly EngineEvent[]): ExecutionState {
  const fold = startFold(null)
  for (const event of events) fold.apply(event)
  return fold.end()
}

/** A page's first reading of an execution that has just been created. */
function detailOf(created: EngineEvent): ExecutionDetail {
  const state = folded([created])
  const { id, kind, name, status, revision, track, trigger, projectId, visibility } = state
  const blank: ExecutionDetail = {
    id,
    name,
    status,
    revision,
    track,
    trigger,
    projectId,
    visibility,
    kind: state.conversation ? 'chat' : kind,
    createdAt: new Date(state.createdAt).toISOString(),
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    source: null,
    progress: { done: 0, total: 0 },
    waiting: null,
    error: null,
    usage: toldUsage(state.usage),
    viewerCanEnd: true,
    viewerCanWrite: true,
    createdBy: { name: 'Somebody' },
    output: null,
    steps: [],
  } as unknown as ExecutionDetail
  const steps = [...state.steps.values()].map((step) => ({
    key: step.key,
    name: step.name,
    kind: step.kind,
    status: step.status,
    attempt: 0,
    replaces: step.replaces,
    model: step.model,
    input: null,
    output: null,
    error: null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    attempts: [],
    executionRevision: state.revision,
    usage: toldUsage(step.usage),
  }))
  return { ...blank, progress: { done: 0, total: steps.length }, steps: steps as ExecutionDetail['steps'] }
}

const seeds = Array.from({ length: 200 }, (_, n) => n + 1)

describe('folding events onto what was read', () => {
  test('ends where the engine ends', () => {
    for (const seed of seeds) {
      const { events, state } = randomRun(seed)
      const [created, ...rest] = events
      if (!created) throw new Error('A run has events')
      const shown = foldDetail(detailOf(created), rest)
      expect([seed, shown.status, shown.revision]).toEqual([seed, state.status, state.revision])
      expect(shown.error).toEqual(state.error)
      expect(shown.usage).toEqual(toldUsage(state.usage))
      for (const step of shown.steps) {
        const ours = state.steps.get(step.key)
        expect([step.key, step.status, step.attempt]).toEqual([
          step.key,
          ours?.status,
          ours?.attempt,
        ] as never)
        expect(step.usage).toEqual(toldUsage(ours?.usage ?? state.usage))
        const numbers = step.attempts.map(({ number }) => number)
        expect(numbers).toEqual(numbers.map((_, n) => (numbers[0] ?? 0) + n))
        expect(step.attempts.filter(({ finishedAt }) => finishedAt === null)).toHaveLength(ours?.open ? 1 : 0)
      }
    }
  })

  test('gives the same however the events are cut into readings and the rest', () => {
    for (const seed of seeds) {
      const [created, ...rest] = randomRun(seed).events
      if (!created) throw new Error('A run has events')
      const whole = foldDetail(detailOf(created), rest)
      let one = detailOf(created)
      for (const event of rest) one = foldDetail(one, [event])
      expect(one).toEqual(whole)
      const half = Math.floor(rest.length / 2)
      const cut = foldDetail(foldDetail(detailOf(created), rest.slice(0, half)), rest.slice(half))
      expect(cut).toEqual(whole)
    }
  })

  test('leaves what it was given as it was', () => {
    const [created, ...rest] = randomRun(7).events
    if (!created) throw new Error('A run has events')
    const before = detailOf(created)
    const copy = structuredClone(before)
    foldDetail(before, rest)
    expect(before).toEqual(copy)
  })
})

test('an execution as it was after any event is what a page had that followed it', () => {
  for (const seed of seeds) {
    const [created, ...rest] = randomRun(seed).events
    if (!created) throw new Error('A run has events')
    const now = foldDetail(detailOf(created), rest)
    let then = detailOf(created)
    for (const [n, event] of rest.entries()) {
      then = foldDetail(then, [event])
      expect(detailAt(now, [created, ...rest.slice(0, n + 1)])).toEqual(then)
    }
  }
})

test('a further attempt does not show what the one before it wrote', () => {
  const [created, ...rest] = randomRun(1).events
  if (!created) throw new Error('A run has events')
  const first = rest.find((event) => event.type === 'step_started')
  if (!first) throw new Error('Some step starts')
  const before = foldDetail(detailOf(created), [first])
  const steps = before.steps.map((step) => ({ ...step, output: 'so far' }))
  const next = { ...first, attempt: first.attempt + 1 }
  const after = foldDetail({ ...before, steps }, [next])
  expect(after.steps.find(({ key }) => key === first.stepKey)?.output).toBeNull()
})

test('content of an older reading fills what is missing and overwrites nothing', () => {
  const [created] = randomRun(1).events
  if (!created) throw new Error('A run has events')
  const detail = detailOf(created)
  const [step] = detail.steps
  if (!step) throw new Error('A plan has steps')
  const older = { ...detail, steps: [{ ...step, input: { a: 1 }, output: 'old' }] }
  const newer = { ...detail, steps: [{ ...step, output: 'new' }, ...detail.steps.slice(1)] }
  expect(withContent(newer, older).steps[0]).toMatchObject({ input: { a: 1 }, output: 'new' })
})

test('events say when there is content to read', () => {
  expect(bringsContent({ type: 'step_succeeded' })).toBe(true)
  expect(bringsContent({ type: 'step_streaming' })).toBe(false)
})

test('a reading is torn where a step, or an attempt, is of a later revision than the rest', () => {
  const [created, ...rest] = randomRun(1).events
  if (!created) throw new Error('A run has events')
  const whole = foldDetail(detailOf(created), rest)
  expect(isTorn(whole)).toBe(false)
  const { steps, revision } = whole
  expect(isTorn({ revision: revision - 1, steps })).toBe(true)
  const onTime = steps.map((step) => ({ ...step, executionRevision: revision - 1 }))
  expect(isTorn({ revision: revision - 1, steps: onTime })).toBe(true)
  expect(isTorn({ revision: revision - 1, steps: onTime.map((step) => ({ ...step, attempts: [] })) })).toBe(
    false,
  )
})
