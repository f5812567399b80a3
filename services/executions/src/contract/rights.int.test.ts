import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { answered } from '../testing/gated-model.ts'
import {
  createEngineFixture,
  runAs,
  templateStep,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'
import { maySee } from '../storage/may-see.ts'
import { canSee, visibilities } from './rights.ts'

let fixture: EngineFixture
let engine: TestEngine
beforeAll(async () => {
  fixture = await createEngineFixture()
  engine = await fixture.engine(async () => answered('text'))
})
afterAll(() => fixture.close())

const { organizationId, userId: ownerId } = runAs
const viewers = {
  owner: { organizationId, userId: ownerId },
  colleague: { organizationId, userId: newId() },
  stranger: { organizationId: newId(), userId: newId() },
  'owner elsewhere': { organizationId: newId(), userId: ownerId },
}

test.each(visibilities)('of %s executions, row level security shows what canSee says', async (visibility) => {
  const executionId = await engine.start({ visibility, steps: [templateStep('a', 'text')] })
  const shared = visibility === 'organization'
  for (const [name, viewer] of Object.entries(viewers)) {
    const sees = canSee({ organizationId, ownerId, visibility }, viewer)
    for (const role of ['member', 'viewer', 'admin'] as const) {
      const { data } = await engine.ask(
        'query ($id: ID!) { execution(id: $id) { id } }',
        { id: executionId },
        { ...viewer, role },
      )
      expect({ name, role, sees: data['execution'] !== null }).toEqual({ name, role, sees })
    }
    expect({ name, sees: await maySee(fixture.system, { executionId, ...viewer }) }).toEqual({ name, sees })
    expect({ name, sees: name === 'owner' || (shared && name === 'colleague') }).toEqual({ name, sees })
  }
})
