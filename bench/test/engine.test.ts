import { afterAll, beforeAll, expect, test } from 'bun:test'
import { runEngine } from '../src/engine/engine.bench.ts'
import { runLimits } from '../src/engine/limits.bench.ts'
import { type Ground, openGround } from '../src/support/ground.ts'

// Keeps the benchmark from rotting: what it counts, never how long it takes.

let ground: Ground
beforeAll(async () => {
  ground = await openGround()
})
afterAll(() => ground.close())

const few = { count: 20, inFlight: 5, rounds: 1, warmUp: 2, alone: 2, replicas: 1 }

test('each step of a template plan is committed before the next, and the limit writes the same rows', async () => {
  const result = await runEngine(ground, { ...few, kind: 'template', pureStepsPerCommit: 1 })
  expect(result.evidence).toMatchObject({
    executions: 20,
    succeeded: 20,
    withOneCommitPerStep: 20,
    unpublished: 0,
  })
  expect(result.alone?.toEndMs.count).toBe(2)
  expect(Object.keys(result.cpuPerThousand).toSorted()).toEqual(['caller', 'executions', 'nats', 'postgres'])
  // Throws where the rows differ.
  const limits = await runLimits(ground, result, 0.1)
  expect(limits.sameRows.toEndMs.count).toBe(20)
}, 120_000)

test('by default the steps of a template plan share a commit', async () => {
  const { evidence } = await runEngine(ground, { ...few, kind: 'template', pureStepsPerCommit: 100 })
  expect(evidence).toMatchObject({ succeeded: 20, withOneCommitPerStep: 0, mostStepCommits: 1 })
}, 120_000)

test('an outside worker answers each step of a call plan', async () => {
  const { evidence, cpuPerThousand } = await runEngine(ground, {
    ...few,
    kind: 'call',
    pureStepsPerCommit: 1,
  })
  expect(evidence).toMatchObject({
    executions: 20,
    succeeded: 20,
    withOneCommitPerStep: 20,
    unpublished: 0,
  })
  expect(cpuPerThousand).toHaveProperty('worker')
}, 120_000)
