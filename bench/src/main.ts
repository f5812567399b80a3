import { engineBench, engineText } from './engine/index.ts'
import { gatewayBench, gatewayText } from './gateway/index.ts'
import { growthBench, growthText } from './growth/index.ts'
import { pathBench, pathText } from './path/index.ts'
import { statusBench, statusText } from './status/index.ts'
import { tokensBench, tokensText } from './tokens/index.ts'
import { type CommandLine, parseCommandLine } from './support/command-line.ts'

// bun bench/src/main.ts engine|all [--json] [--replicas n] …: see docs/performance.md.

const benches = {
  engine: async (line: CommandLine) => reported(await engineBench(line), engineText),
  path: async (line: CommandLine) => reported(await pathBench(line), pathText),
  status: async (line: CommandLine) => reported(await statusBench(line), statusText),
  tokens: async (line: CommandLine) => reported(await tokensBench(line), tokensText),
  gateway: async (line: CommandLine) => reported(await gatewayBench(line), gatewayText),
  growth: async (line: CommandLine) => reported(await growthBench(line), growthText),
}

function reported<Report>(report: Report, text: (report: Report) => string) {
  return { report, text: text(report) }
}

const line = parseCommandLine(process.argv.slice(2))
const all = line.names.includes('all') || line.names.length === 0
const reports: Record<string, unknown> = {}
for (const name of all ? Object.keys(benches) : line.names) {
  const bench = Object.entries(benches).find(([known]) => known === name)?.[1]
  if (!bench) throw new Error(`There is no benchmark ${name}: ${Object.keys(benches).join(', ')}, all.`)
  const { report, text } = await bench(line)
  reports[name] = report
  if (!line.has('json')) console.log(`\n${name}\n\n${text}`)
}
if (line.has('json')) console.log(JSON.stringify(reports))
process.exit(0)
