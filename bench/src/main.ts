import { engineBench, engineText } from './engine/index.ts'
import { parseCommandLine } from './support/command-line.ts'

// bun bench/src/main.ts engine|all [--json] [--replicas n] …: see docs/performance.md.

const benches = { engine: { run: engineBench, text: engineText } }

const line = parseCommandLine(process.argv.slice(2))
const names = line.names.includes('all') || line.names.length === 0 ? Object.keys(benches) : line.names
const reports: Record<string, unknown> = {}
for (const name of names) {
  if (!Object.hasOwn(benches, name))
    throw new Error(`There is no benchmark ${name}: ${Object.keys(benches).join(', ')}, all.`)
  const { run, text } = benches[name as keyof typeof benches]
  const report = await run(line)
  reports[name] = report
  if (!line.has('json')) console.log(`\n${name}\n\n${text(report)}`)
}
if (line.has('json')) console.log(JSON.stringify(reports))
process.exit(0)
