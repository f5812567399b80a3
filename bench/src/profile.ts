import { table } from './support/table.ts'

// bun bench/src/profile.ts <file.cpuprofile>: where the CPU time of a profile went, by function and by package. Bun's own
// summary counts idle time to whatever function ran before it; here each sample counts once.

interface Profile {
  nodes: {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number }
    children?: number[]
  }[]
  samples: number[]
}

/** The package or part of the repository that a file belongs to. */
function partOf(url: string): string {
  const dependency = url.split('/node_modules/').at(-1)
  if (dependency !== undefined && url.includes('/node_modules/'))
    return dependency
      .split('/')
      .slice(0, dependency.startsWith('@') ? 2 : 1)
      .join('/')
  const own = /\/((?:services|packages)\/[^/]+|gateway|cli)\/src\//.exec(url)?.[1]
  return own ?? (url === '' || /^(node|internal|bun|\[native)/.test(url) ? 'Bun' : url)
}

const [file = ''] = process.argv.slice(2)
const profile = (await Bun.file(file).json()) as Profile
const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
const parents = new Map(
  profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])),
)

/** The nearest caller that stands in a file: who asked for what Bun's own code did. */
function askerOf(id: number): string {
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const part = partOf(nodes.get(at)?.callFrame.url ?? '')
    if (part !== 'Bun') return part
  }
  return 'Bun'
}

const functions = new Map<string, number>()
const parts = new Map<string, number>()
const add = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
for (const id of profile.samples) {
  const frame = nodes.get(id)?.callFrame
  if (!frame || frame.functionName === '(idle)' || frame.functionName === '(program)') continue
  const place = frame.url.split('/').slice(-2).join('/')
  add(functions, `${frame.functionName || '(anonymous)'} ${place}:${frame.lineNumber + 1}`)
  add(parts, askerOf(id))
}

function ranked(what: string, counts: Map<string, number>): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const rows = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, 40)
  return table([
    ['share', 'samples', what],
    ...rows.map(([name, count]) => [`${((count / total) * 100).toFixed(1)} %`, String(count), name]),
  ])
}

console.log(ranked('part, with what Bun did for it', parts))
console.log(`\n${ranked('function, itself', functions)}`)
