import { expect, test } from 'bun:test'
import { runPath } from '../src/path/index.ts'
import { keepCommitTimes } from '../src/support/commits.ts'
import { openGround } from '../src/support/ground.ts'

test('a run is taken apart by its commits', async () => {
  const ground = await openGround({ postgres: keepCommitTimes })
  try {
    const [template, call, prompt] = await runPath(ground, 2)
    const counts = (result: typeof template) =>
      Object.fromEntries(result?.parts.map(({ part, ms }) => [part, ms.count]) ?? [])
    for (const result of [template, call]) {
      expect(counts(result)).toMatchObject({
        whole: 2,
        'first commit → commit of step 1': 2,
        'commit of a step → commit of the next': 8,
      })
    }
    expect(counts(prompt)).toMatchObject({ whole: 2, 'last commit → final event at the caller': 2 })
  } finally {
    await ground.close()
  }
}, 120_000)
