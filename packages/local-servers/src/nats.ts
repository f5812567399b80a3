import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { launch } from './child.ts'
import type { NatsBinary } from './nats-binary.ts'
import { freePort } from './ports.ts'
import { commandLine, endProcess, markProcess, waitUntil, type ProcessMark } from './processes.ts'

/** What the configuration must say for the launcher to find its server again. */
export interface NatsPlaces {
  port: number
  storeDir: string
  pidFile: string
}

export interface NatsOptions {
  /** Holds the configuration, the pid file and JetStream's store; made when missing. */
  folder: string
  binary: NatsBinary
  /** The text of the configuration, which must use every one of the places. */
  config: (places: NatsPlaces) => Promise<string> | string
  logFile: string
  /** A free one is picked when missing. */
  port?: number
}

export interface NatsServer {
  url: string
  port: number
  version: string
  mark: ProcessMark
  /** Settles when the server has ended, however it did. */
  exited: Promise<void>
  stop(): Promise<void>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

const SHUTDOWN = [
  { signal: 'SIGTERM' as const, timeoutMs: 5_000 },
  { signal: 'SIGKILL' as const, timeoutMs: 5_000 },
]

/** True when a NATS server greets on the port. */
function greets(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const answer = (greeted: boolean) => {
      socket.destroy()
      done(greeted)
    }
    socket.setTimeout(1_000, () => answer(false))
    socket.once('error', () => answer(false))
    socket.once('end', () => answer(false))
    socket.once('data', (bytes) => answer(bytes.toString().startsWith('INFO ')))
  })
}

/** Ends the server that a killed supervisor left on the folder; a foreign process that has its pid by now is left alone. */
async function endOrphan(pidFile: string, configFile: string): Promise<void> {
  let pid: number
  try {
    pid = Number(readFileSync(pidFile, 'utf8').trim())
  } catch {
    return
  }
  const mark = markProcess(pid)
  if (mark && commandLine(pid).includes(configFile) && !(await endProcess({ mark, signals: SHUTDOWN }))) {
    throw new Error(`nats-server with pid ${pid} on ${configFile} does not end.`)
  }
  rmSync(pidFile, { force: true })
}

/** Starts nats-server on a folder, made at the first start, whatever a kill has left there. */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  const folder = resolve(options.folder)
  mkdirSync(folder, { recursive: true })
  const configFile = join(folder, 'nats.conf')
  const pidFile = join(folder, 'nats.pid')
  await endOrphan(pidFile, configFile)
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await freePort())
    const text = await options.config({ port, storeDir: folder, pidFile })
    writeFileSync(configFile, text, { mode: 0o600 })
    const child = launch({
      program: options.binary.program,
      args: ['-c', configFile],
      env: { PATH: '/usr/bin:/bin' },
      logFile: options.logFile,
    })
    await waitUntil({
      condition: async () => child.hasExited() || (await greets(port)),
      timeoutMs: Number.POSITIVE_INFINITY,
    })
    const mark = markProcess(child.pid)
    if (!child.hasExited() && mark) {
      const end = async (signals: typeof SHUTDOWN) => {
        await endProcess({ mark, signals })
        await child.exited
      }
      return {
        url: `nats://127.0.0.1:${port}`,
        port,
        version: options.binary.version,
        mark,
        exited: child.exited,
        stop: () => end(SHUTDOWN),
        kill: () => end(SHUTDOWN.slice(-1)),
      }
    }
    const log = child.log()
    const lostPort = options.port === undefined && log.includes('address already in use')
    if (!lostPort || tries >= 5) {
      const reasons = log.split('\n').filter((line) => /\[(FTL|ERR)\]|nats-server:/.test(line))
      throw new Error(
        `nats-server did not start on ${folder}: ${reasons.join(' ') || log || 'it said nothing'}`,
      )
    }
  }
}
