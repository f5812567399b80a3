import type { TestDatabase } from '@quillworks/testing/database'
import type { TestNats } from '@quillworks/testing/nats'

const started = new Set<() => void>()

/** Kills what a failed test left behind; call it when a test file is done. */
export function killEngineProcesses(): void {
  for (const kill of started) kill()
}

/** A real process of the service. */
export interface EngineProcess {
  pid: number
  port: number
  exited: Promise<number>
  kill: (signal: NodeJS.Signals) => void
}

/** Starts `main.ts`, or another entry beside this file, as a process of its own and waits until it listens. */
export async function startEngineProcess(
  { database, nats }: { database: TestDatabase; nats: TestNats },
  settings: Record<string, string> = {},
  entry = '../main.ts',
): Promise<EngineProcess> {
  const child = Bun.spawn([process.execPath, `${import.meta.dirname}/${entry}`], {
    env: {
      PATH: process.env['PATH'],
      QUILLWORKS_SECRET: database.secret,
      QUILLWORKS_DATABASE_URL: database.url,
      NATS_URL: nats.url,
      ...settings,
    },
    stdout: 'pipe',
    stderr: 'ignore',
  })
  started.add(() => child.kill('SIGKILL'))
  const port = await new Promise<number>((resolve, reject) => {
    const read = async () => {
      let log = ''
      for await (const chunk of child.stdout) {
        log += new TextDecoder().decode(chunk)
        const found = /"port":(\d+)/.exec(log)?.[1]
        if (found) resolve(Number(found))
      }
      reject(new Error(`The process ended before it listened: ${log}`))
    }
    read().catch(reject)
  })
  return { pid: child.pid, port, exited: child.exited, kill: (signal) => child.kill(signal) }
}
