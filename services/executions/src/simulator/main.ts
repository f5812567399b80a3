import { parseArgs } from 'node:util'
import { applySource, mutations } from './mutations.ts'

const usage = `Simulates the engine under faults, seed after seed.

  --seeds <n>        how many seeds (1000)
  --from <n>         the first one (1)
  --seed <n>         this one alone, with its whole trace
  --mutation <name>  with a fault in the engine on purpose; one of:
${mutations.map(({ name }) => `                       ${name}`).join('\n')}
`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    mutation: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const mutation = mutations.find(({ name }) => name === values.mutation)
if (values.help || (values.mutation !== undefined && !mutation)) {
  console.log(usage)
  process.exit(values.help ? 0 : 2)
}
if (mutation) applySource(mutation)
// Only now, since a mutation changes what is loaded.
const { failureOf, runCampaign, summaryOf } = await import('./campaign.ts')
const { runSeed } = await import('./run-seed.ts')

const options = { rules: mutation?.rules ?? {}, inbox: !mutation?.noInbox }
const more = mutation ? ` --mutation '${mutation.name}'` : ''
if (values.seed !== undefined) {
  const {
    lines,
    violations,
    faults: _,
    ...report
  } = runSeed({ ...options, seed: Number(values.seed), trace: true })
  console.log(lines.join('\n'))
  console.log(report)
  console.log(violations.length > 0 ? violations.join('\n') : 'Nothing is wrong.')
  process.exitCode = violations.length > 0 ? 1 : 0
} else {
  const totals = runCampaign({
    ...options,
    from: Number(values.from),
    count: Number(values.seeds),
    untilFailure: mutation !== undefined,
    onProgress: ({ seeds, steps, failed, seconds }) =>
      console.log(`${seeds} seeds, ${steps} steps, ${failed.length} failed, ${Math.round(seconds)} s`),
  })
  for (const report of totals.failed.slice(0, 3)) console.log(failureOf(report, options, more))
  console.log(summaryOf(totals))
  if (totals.failed.length > 0)
    console.log(`failed seeds: ${totals.failed.map(({ seed }) => seed).join(', ')}`)
  process.exitCode = totals.failed.length > 0 ? 1 : 0
}
