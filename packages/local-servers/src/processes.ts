import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process that can be told from a later one with the same pid. `startedAt` is an opaque mark of its birth. */
export interface ProcessMark {
  pid: number
  startedAt: string
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The fields of /proc/<pid>/stat after the name, which may itself hold spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function ps(pid: number, column: string): string {
  return spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? ''
}

/** The mark of a running process, or nothing when there is none (a zombie counts as none). */
export function markProcess(pid: number): ProcessMark | undefined {
  if (!Number.isInteger(pid) || pid <= 0 || !isRunning(pid)) return undefined
  if (process.platform === 'linux') {
    const fields = statFields(pid)
    const startedAt = fields?.[19]
    return startedAt && fields[0] !== 'Z' ? { pid, startedAt } : undefined
  }
  const startedAt = ps(pid, 'lstart')
  return startedAt && !ps(pid, 'stat').startsWith('Z') ? { pid, startedAt } : undefined
}

/** True while the very process of the mark runs; a foreign one that got its pid later is not it. */
export function isAlive(mark: ProcessMark): boolean {
  return markProcess(mark.pid)?.startedAt === mark.startedAt
}

/** The command line of a running process, words joined by spaces; empty when it cannot be read. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, 'command')
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** Waits until `condition` holds; gives false when it does not within `timeoutMs`. */
export async function waitUntil(options: {
  condition: () => boolean | Promise<boolean>
  timeoutMs: number
  everyMs?: number
}): Promise<boolean> {
  const deadline = performance.now() + options.timeoutMs
  while (!(await options.condition())) {
    if (performance.now() >= deadline) return false
    await Bun.sleep(options.everyMs ?? 10)
  }
  return true
}

/** Sends each signal in turn until the process of the mark is gone, waiting `timeoutMs` after each. */
export async function endProcess(options: {
  mark: ProcessMark
  signals: { signal: NodeJS.Signals; timeoutMs: number }[]
}): Promise<boolean> {
  for (const { signal, timeoutMs } of options.signals) {
    if (!isAlive(options.mark)) return true
    try {
      process.kill(options.mark.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
    if (await waitUntil({ condition: () => !isAlive(options.mark), timeoutMs })) return true
  }
  return !isAlive(options.mark)
}
