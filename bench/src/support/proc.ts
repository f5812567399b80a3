import { readdirSync, readFileSync } from 'node:fs'

/** USER_HZ of Linux on every architecture that Bun runs on. */
const ticksPerSecond = 100

interface Stat {
  parent: number
  /** Of the process itself, all threads. */
  ticks: number
  /** Of children that have ended and were waited for. */
  childTicks: number
}

function stat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, parent = 0] = fields
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15)
    return { parent, ticks: user + system, childTicks: childUser + childSystem }
  } catch {
    return undefined
  }
}

/** The process and all its living descendants. */
function treeOf(root: number): { pid: number; stat: Stat }[] {
  const all = readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    const found = Number.isInteger(pid) ? stat(pid) : undefined
    return found ? [{ pid, stat: found }] : []
  })
  const childrenOf = Map.groupBy(all, (each) => each.stat.parent)
  const tree = all.filter(({ pid }) => pid === root)
  for (const { pid } of tree) tree.push(...(childrenOf.get(pid) ?? []))
  return tree
}

/** CPU seconds, user and system, that a process and its descendants have used so far, ended ones included. */
export function cpuSeconds(root: number): number {
  const ticks = treeOf(root).reduce((sum, { stat }) => sum + stat.ticks + stat.childTicks, 0)
  return ticks / ticksPerSecond
}

/** Memory in MiB of a process and its descendants, shared pages counted in parts (PSS). */
export function memoryMiB(root: number): number {
  const kilobytes = treeOf(root).map(({ pid }) => {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
      return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0)
    } catch {
      return 0
    }
  })
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024
}
