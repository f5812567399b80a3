import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { waitUntil } from '@quillworks/local-servers/processes'

/** One of our processes, started again at once whenever it ends, as a supervisor would. */
export interface KeptProcess {
  name: string
  pid: () => number
  starts: () => number
  kill: (signal: NodeJS.Signals) => void
  /** Starts it anew with a module loaded first, and with further settings. */
  respawn: (options: { preload?: string; env?: Record<string, string> }) => Promise<void>
  /** Not started again until `resume`. */
  hold: () => void
  resume: () => void
  isReady: () => Promise<boolean>
  ready: (timeoutMs: number) => Promise<void>
  stop: () => Promise<void>
}

const restartMs = 100

/** Starts a process and keeps it running. */
export function keepProcess(options: {
  name: string
  repository: string
  main: string
  env: Record<string, string>
  readyUrl: string
  logFile: string
}): KeptProcess {
  const { name, repository } = options
  const log = openSync(options.logFile, 'a')
  let more: { preload?: string; env?: Record<string, string> } = {}
  let starts = 0
  let isKept = true
  let isHeld = false

  const spawn = () => {
    starts += 1
    const preloads = [join(repository, 'cli/src/start/end-with-supervisor.ts'), more.preload].filter(
      (each) => each !== undefined,
    )
    const child = Bun.spawn(
      [process.execPath, ...preloads.flatMap((each) => ['--preload', each]), options.main],
      { cwd: repository, env: { ...options.env, ...more.env }, stdio: ['ignore', log, log] },
    )
    void child.exited.then(async () => {
      await Bun.sleep(restartMs)
      await waitUntil({
        condition: () => !isHeld || !isKept,
        timeoutMs: Number.POSITIVE_INFINITY,
        everyMs: 50,
      })
      if (isKept) current = spawn()
    })
    return child
  }
  let current = spawn()

  const isReady = () =>
    fetch(options.readyUrl, { signal: AbortSignal.timeout(3_000) }).then(
      ({ status }) => status === 200,
      () => false,
    )
  const kept: KeptProcess = {
    name,
    pid: () => current.pid,
    starts: () => starts,
    kill: (signal) => current.kill(signal),
    respawn: async (options) => {
      more = options
      const { pid } = current
      current.kill('SIGKILL')
      await waitUntil({ condition: () => current.pid !== pid, timeoutMs: 10_000 })
      await kept.ready(60_000)
    },
    hold: () => {
      isHeld = true
    },
    resume: () => {
      isHeld = false
    },
    isReady,
    ready: async (timeoutMs) => {
      if (!(await waitUntil({ condition: isReady, timeoutMs, everyMs: 50 })))
        throw new Error(`${name} does not get ready: see ${options.logFile}`)
    },
    stop: async () => {
      isKept = false
      current.kill('SIGCONT')
      current.kill('SIGTERM')
      const late = setTimeout(() => current.kill('SIGKILL'), 3_000)
      await current.exited
      clearTimeout(late)
      closeSync(log)
    },
  }
  return kept
}
