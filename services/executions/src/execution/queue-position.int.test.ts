import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { queuePositions } from '../storage/queue-positions.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  runAs,
  settled,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'
import { gatedModel } from '../testing/gated-model.ts'

// One execution of an organization at a time: what it starts beside it queues, and is taken up when that ends, not by a
// poll later.

const { calls, callModel } = gatedModel()
let fixture: EngineFixture
let engine: TestEngine
beforeAll(async () => {
  fixture = await createEngineFixture()
  engine = await fixture.engine(callModel, { perOrganization: 1, pollMs: 600_000 })
})
afterAll(() => fixture.close())

const start = (as: object = {}) => engine.start({ steps: [modelStep('a')], runAs: { ...runAs, ...as } })

async function told(id: string, identity: object = {}) {
  const query = 'query ($id: ID!) { execution(id: $id) { status queuePosition } }'
  return (await engine.ask(query, { id }, identity)).data['execution']
}

/** Ends the nth call of the model. */
async function finish(n: number) {
  const call = await eventually(async () => calls[n])
  call.finish()
}

test('what is queued tells its turn in its organization, whoever is ahead, and moves up as others are taken up', async () => {
  const running = await start()
  await settled(fixture.owner, running, 'running')
  await settled(fixture.owner, await start({ organizationId: newId() }), 'running')
  const hidden = await start({ userId: newId() })
  const mine = await start()
  expect(await told(running)).toEqual({ status: 'running', queuePosition: null })
  expect(await told(hidden)).toBeNull()
  expect(await told(mine)).toEqual({ status: 'queued', queuePosition: 2 })

  const counted = { organizationId: runAs.organizationId, ids: [mine, hidden], most: 1 }
  const far = await fixture.system.run(({ sql }) => queuePositions(sql, counted))
  expect(far).toEqual(
    new Map([
      [hidden, 1],
      [mine, 2],
    ]),
  )

  await finish(0)
  await settled(fixture.owner, hidden, 'running')
  expect(await told(mine)).toEqual({ status: 'queued', queuePosition: 1 })
  await finish(2)
  await settled(fixture.owner, mine, 'running')
  expect(await told(mine)).toEqual({ status: 'running', queuePosition: null })
})
