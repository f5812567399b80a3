import { faultKinds, type FaultCount, type FaultKind } from './faults.ts'
import { runSeed, type SeedOptions, type SeedReport } from './run-seed.ts'

export interface CampaignOptions extends Omit<SeedOptions, 'seed'> {
  from: number
  count: number
  /** Stop at the first seed that fails. */
  untilFailure: boolean
  /** Called now and then, and after each seed that failed. */
  onProgress?: (totals: Totals) => void
}

export interface Totals {
  seeds: number
  steps: number
  planSteps: number
  executions: number
  commits: number
  outsideCalls: number
  virtualMs: number
  faults: Map<FaultKind, FaultCount>
  failed: SeedReport[]
  /** Seconds by the clock on the wall, and of one processor. */
  seconds: number
  cpuSeconds: number
}

const progressEvery = 500

/** Runs one seed after the other and adds up what they did. */
export function runCampaign({ from, count, untilFailure, onProgress, ...options }: CampaignOptions): Totals {
  const totals: Totals = {
    seeds: 0,
    steps: 0,
    planSteps: 0,
    executions: 0,
    commits: 0,
    outsideCalls: 0,
    virtualMs: 0,
    faults: new Map(),
    failed: [],
    seconds: 0,
    cpuSeconds: 0,
  }
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  for (let seed = from; seed < from + count; seed += 1) {
    const report = runSeed({ ...options, seed })
    add(totals, report)
    totals.seconds = (performance.now() - startedAt) / 1_000
    const { user, system } = process.cpuUsage(cpu)
    totals.cpuSeconds = (user + system) / 1_000_000
    if (report.violations.length > 0) totals.failed.push(report)
    if (totals.seeds % progressEvery === 0 || report.violations.length > 0) onProgress?.(totals)
    if (untilFailure && totals.failed.length > 0) break
  }
  return totals
}

function add(totals: Totals, report: SeedReport): void {
  totals.seeds += 1
  totals.steps += report.steps
  totals.planSteps += report.planSteps
  totals.executions += report.executions
  totals.commits += report.commits
  totals.outsideCalls += report.outsideCalls
  totals.virtualMs += report.virtualMs
  for (const [kind, { injected, live }] of report.faults) {
    const sum = totals.faults.get(kind) ?? { injected: 0, live: 0 }
    totals.faults.set(kind, { injected: sum.injected + injected, live: sum.live + live })
  }
}

/** What a longer run prints at its end. */
export function summaryOf(totals: Totals): string {
  const { seeds, seconds, cpuSeconds, faults } = totals
  const count = (number: number) => Math.round(number).toLocaleString('en')
  const rate = (number: number) =>
    `${count(number / seconds)} a second, ${count(number / cpuSeconds)} per second of CPU`
  const lines = [
    `seeds             ${count(seeds)} (${rate(seeds)})`,
    `simulated steps   ${count(totals.steps)} (${rate(totals.steps)})`,
    `steps of plans    ${count(totals.planSteps)} in ${count(totals.executions)} executions, ${count(totals.commits)} transactions`,
    `outside calls     ${count(totals.outsideCalls)}`,
    `simulated time    ${count(totals.virtualMs / 3_600_000)} hours in ${count(seconds)} seconds`,
    'faults            injected, of these with work that had not ended',
  ]
  let [injected, live] = [0, 0]
  for (const kind of faultKinds) {
    const found = faults.get(kind) ?? { injected: 0, live: 0 }
    injected += found.injected
    live += found.live
    lines.push(`  ${kind.padEnd(38)} ${count(found.injected).padStart(9)} ${count(found.live).padStart(9)}`)
  }
  lines.push(`  ${'all'.padEnd(38)} ${count(injected).padStart(9)} ${count(live).padStart(9)}`)
  lines.push(`violations        ${totals.failed.length} seeds`)
  return lines.join('\n')
}

const traceTail = 60

/** A failed seed for somebody who wants to know why: what is wrong, what happened last, and how to see all of it. */
export function failureOf(report: SeedReport, options: Omit<SeedOptions, 'seed'>, more = ''): string {
  const { seed } = report
  const { lines } = runSeed({ ...options, seed, trace: true })
  return [
    `seed ${seed} failed:`,
    ...report.violations.slice(0, 10).map((violation) => `  ${violation}`),
    `the last ${traceTail} of ${lines.length} lines of its trace:`,
    ...lines.slice(-traceTail),
    `again, with all of it: bun run simulate -- --seed ${seed}${more}`,
  ].join('\n')
}
