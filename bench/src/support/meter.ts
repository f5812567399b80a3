import { cpuSeconds, memoryMiB } from './proc.ts'

/** Processes to look at, by name. Several of one name are added up. */
export type Watched = [name: string, pid: number][]

export interface Metered {
  wallSeconds: number
  cpuSeconds: Record<string, number>
  cpuSecondsTotal: number
  /** The highest sum over all processes seen at one moment, and what each had at that moment. */
  peakMemoryMiB: Record<string, number>
  peakMemoryMiBTotal: number
}

const everyMs = 500

function read(watched: Watched, look: (pid: number) => number): Record<string, number> {
  const values: Record<string, number> = {}
  for (const [name, pid] of watched) values[name] = (values[name] ?? 0) + look(pid)
  return values
}

const sum = (values: Record<string, number>) => Object.values(values).reduce((total, each) => total + each, 0)

/** Measures CPU and peak memory of `watched` while `work` runs. */
export async function meter<T>(
  watched: Watched,
  work: () => Promise<T>,
): Promise<{ result: T; metered: Metered }> {
  let peak: Record<string, number> = {}
  const sample = () => {
    const now = read(watched, memoryMiB)
    if (sum(now) > sum(peak)) peak = now
  }
  const before = read(watched, cpuSeconds)
  const startedAt = performance.now()
  const timer = setInterval(sample, everyMs)
  try {
    const result = await work()
    const wallSeconds = (performance.now() - startedAt) / 1000
    const after = read(watched, cpuSeconds)
    sample()
    const used = Object.fromEntries(
      Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
    )
    return {
      result,
      metered: {
        wallSeconds,
        cpuSeconds: used,
        cpuSecondsTotal: sum(used),
        peakMemoryMiB: peak,
        peakMemoryMiBTotal: sum(peak),
      },
    }
  } finally {
    clearInterval(timer)
  }
}
