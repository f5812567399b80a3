import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** A terminal and npm both pass on one Ctrl-C; within this time it is the same one. */
const SAME_SIGNAL_MS = 1_000
const ORPHAN_CHECK_MS = 500

/**
 * Runs a program in this one's place: its input and output, each signal once, its exit code. It gets a session of its
 * own, so that a Ctrl-C at the terminal reaches it only through here.
 * @param {{ program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} the exit code; 128 and the signal's number when a signal ended it
 */
export function handOver({ program, args, cwd, env }) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, env, stdio: 'inherit', detached: true })
    let lastAt = -Infinity
    const parent = process.ppid
    // npm dies of a SIGTERM without passing it on; started by hand, a parent's end means nothing.
    const orphaned = process.env['npm_lifecycle_event']
      ? setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), ORPHAN_CHECK_MS)
      : undefined
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        const now = performance.now()
        if (now - lastAt < SAME_SIGNAL_MS) return
        lastAt = now
        child.kill(signal)
      })
    }
    child.once('error', fail)
    child.once('exit', (code, signal) => {
      clearInterval(orphaned)
      done(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}
