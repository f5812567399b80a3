import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SystemUser } from './unprivileged-user.ts'

/** A server process that has just been launched. */
export interface Child {
  pid: number
  /** Settles when it has ended, however it did. */
  exited: Promise<void>
  hasExited: () => boolean
  /** What it has logged since it was launched. */
  log: () => string
}

/** Launches a server in a process group of its own (a Ctrl-C at the terminal is not for it), logging to a file. */
export function launch(options: {
  program: string
  args: string[]
  env: Record<string, string>
  logFile: string
  user?: SystemUser | undefined
}): Child {
  mkdirSync(dirname(options.logFile), { recursive: true })
  const log = openSync(options.logFile, 'a')
  const before = statSync(options.logFile).size
  try {
    const child = spawn(options.program, options.args, {
      ...options.user,
      cwd: '/',
      env: options.env,
      stdio: ['ignore', log, log],
      detached: true,
    })
    let ended = false
    const exited = new Promise<void>((resolve) => {
      const end = () => {
        ended = true
        resolve()
      }
      child.once('error', end)
      child.once('exit', end)
    })
    child.unref()
    if (child.pid === undefined) throw new Error(`${options.program} cannot be run.`)
    return {
      pid: child.pid,
      exited,
      hasExited: () => ended,
      log: () => readFileSync(options.logFile).subarray(before).toString(),
    }
  } finally {
    closeSync(log)
  }
}
