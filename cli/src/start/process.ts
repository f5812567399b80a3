import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'
import { endProcess, markProcess } from '@quillworks/local-servers/processes'
import { type DataFolder, rotateLog } from './data-folder.ts'
import type { Running } from './keeper.ts'
import { warningTeller } from './log-lines.ts'
import { forgetProcess, rememberProcess } from './orphans.ts'
import type { Progress } from './progress.ts'

/** One of our own processes, as it is started. */
export interface ProcessSpec {
  name: string
  args: string[]
  cwd: string
  env: Record<string, string>
  /** Where it answers when it runs. */
  url: string
  /** Asked until it answers anything at all: the process is up. */
  livePath: string
}

/** Longer than a service takes to finish the requests that it has (10 s). */
const DRAIN_MS = 12_000
const POLL_MS = 25

/** True when something answers there, with 200 if `ok` is asked for. */
export async function answers(url: string, ok: boolean): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'manual' })
    await response.body?.cancel()
    return !ok || response.status === 200
  } catch {
    return false
  }
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `was ended by ${signal} (${constants.signals[signal]})` : `ended with code ${code}`
}

/**
 * Starts a process with Bun and waits until it answers. Its output goes to its log file, warnings to the terminal too.
 * Fails with the last lines that it wrote when it ends before.
 */
export async function startProcess(input: {
  spec: ProcessSpec
  folder: DataFolder
  progress: Progress
  signal: AbortSignal
}): Promise<Running> {
  const { spec, folder } = input
  rotateLog(folder.logFile(spec.name))
  const log = createWriteStream(folder.logFile(spec.name), { flags: 'a' })
  const tell = warningTeller({ name: spec.name, progress: input.progress })
  const lastLines: string[] = []
  const child = spawn(
    process.execPath,
    ['--preload', `${import.meta.dirname}/end-with-supervisor.ts`, ...spec.args],
    {
      cwd: spec.cwd,
      env: spec.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  )
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`)
      tell(line)
      if (line.trim()) lastLines.push(line)
      if (lastLines.length > 15) lastLines.shift()
    })
  }
  let ended: string | undefined
  const exited = new Promise<string>((resolve) => {
    const end = (how: string) => {
      ended = how
      forgetProcess(folder.running, spec.name)
      log.end()
      resolve(how)
    }
    child.once('error', (error) => end(error.message))
    // Not `exit`: what it wrote last is still to be read then.
    child.once('close', (code, signal) => end(howItEnded(code, signal)))
  })
  const mark = child.pid === undefined ? undefined : markProcess(child.pid)
  if (mark) rememberProcess(folder.running, spec.name, mark)
  const stop = async (hurry: boolean) => {
    if (!mark) return
    const graceful = hurry ? [] : [{ signal: 'SIGTERM' as const, timeoutMs: DRAIN_MS }]
    await endProcess({ mark, signals: [...graceful, { signal: 'SIGKILL', timeoutMs: 5_000 }] })
  }
  while (ended === undefined && !(await answers(spec.url + spec.livePath, false))) {
    if (input.signal.aborted) await stop(true)
    await Bun.sleep(POLL_MS)
  }
  if (ended !== undefined) throw new Error([ended, ...lastLines].join('\n'))
  return { exited, stop }
}
