import { join } from 'node:path'

const main = join(import.meta.dirname, '../main.ts')

/** A running command with what it wrote so far. */
export interface RunningCommand {
  stdout: () => string
  stderr: () => string
  /** Settles with the output's text once it holds `part`. Fails when the command ends without it. */
  prints: (stream: 'stdout' | 'stderr', part: string) => Promise<void>
  interrupt: () => void
  exited: Promise<number>
}

/** Runs the command line as a process of its own, with nothing of this environment but PATH. */
export function quillworks(words: string[], env: Record<string, string>): RunningCommand {
  const child = Bun.spawn([process.execPath, main, ...words], {
    env: { PATH: Bun.env.PATH ?? '', ...env },
    stdout: 'pipe',
    stderr: 'pipe',
    stdin: 'ignore',
  })
  const written = { stdout: '', stderr: '' }
  const wakes = new Set<() => void>()
  let closed = 0
  const collect = async (name: 'stdout' | 'stderr') => {
    const decoder = new TextDecoder()
    for await (const chunk of child[name]) {
      written[name] += decoder.decode(chunk, { stream: true })
      for (const wake of wakes) wake()
    }
    closed += 1
    for (const wake of wakes) wake()
  }
  const collected = Promise.all([collect('stdout'), collect('stderr')])
  return {
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    prints: (stream, part) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (written[stream].includes(part)) {
            wakes.delete(look)
            resolve()
          } else if (closed === 2) {
            wakes.delete(look)
            reject(
              new Error(
                `It ended without printing "${part}" on ${stream}:\n${written.stdout}\n${written.stderr}`,
              ),
            )
          }
        }
        wakes.add(look)
        look()
      }),
    interrupt: () => child.kill('SIGINT'),
    exited: collected.then(() => child.exited),
  }
}
