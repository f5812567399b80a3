import { expect, test } from 'bun:test'
import { runCampaign } from './campaign.ts'
import { mutations, type Mutation } from './mutations.ts'

/** Seeds that may be needed to notice a mutation. */
const mostSeeds = 60

for (const mutation of mutations) {
  test(`is noticed: ${mutation.name}`, async () => {
    const noticed = mutation.source ? await inAnotherProcess(mutation) : here(mutation)
    expect(noticed).toMatch(/^seed \d+ failed: ./)
  })
}

function here({ rules = {}, noInbox = false, from = 1 }: Mutation): string {
  const { failed } = runCampaign({ rules, inbox: !noInbox, from, count: mostSeeds, untilFailure: true })
  const [report] = failed
  return report ? `seed ${report.seed} failed: ${report.violations.join(', ')}` : 'nothing was noticed'
}

/** What is loaded here is loaded for good: changed sources need a process of their own. */
async function inAnotherProcess({ name, from = 1 }: Mutation): Promise<string> {
  const command = [process.execPath, `${import.meta.dirname}/main.ts`, '--mutation', name]
  const child = Bun.spawn([...command, '--from', String(from), '--seeds', String(mostSeeds)], {
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  const lines = output.split('\n')
  const first = lines.findIndex((line) => line.startsWith('seed '))
  return first < 0
    ? `nothing was noticed: ${output.slice(-500)}${errors}`
    : `${lines[first]}${lines[first + 1]}`
}
