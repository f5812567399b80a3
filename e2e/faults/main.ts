import { parseArgs } from 'node:util'
import { startFaultSystem } from '../support/fault-system.ts'
import { experiments } from './experiments.ts'
import { runExperiment } from './runner.ts'
import { sayOutcome } from './say.ts'

const usage =
  'bun e2e/faults/main.ts [--set short|nightly|release] [--only X01,X07] [--seed 7] [--kills 100] [--lease 30000] [--keep]'

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'short' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string' },
    lease: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const set = values.set
if (values.help || (set !== 'short' && set !== 'nightly' && set !== 'release')) {
  console.log(usage)
  process.exit(values.help ? 0 : 2)
}
const only = values.only?.split(',')
const chosen = experiments.filter(({ id }) => !only || only.includes(id))
let failed = 0
for (const experiment of chosen) {
  const system = await startFaultSystem(values.lease === undefined ? {} : { leaseMs: Number(values.lease) })
  try {
    const count = values.kills === undefined ? experiment.counts[set] : Number(values.kills)
    console.log(`${experiment.id} ${experiment.title}: ${count}, seed ${values.seed}`)
    const outcome = await runExperiment(system, experiment, {
      seed: Number(values.seed),
      count,
      isVerbose: true,
    })
    console.log(sayOutcome(outcome))
    for (const violation of outcome.violations.slice(0, 30)) console.log(`  ✗ ${violation}`)
    if (outcome.violations.length > 0) failed += 1
  } finally {
    if (values.keep) console.log(`  logs are in ${system.folder}/logs`)
    await system.stop({ keep: values.keep })
  }
}
process.exit(failed > 0 ? 1 : 0)
