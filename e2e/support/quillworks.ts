import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '@quillworks/local-servers/ports'
import { removeCluster } from '@quillworks/local-servers/postgres-cluster'
import { isAlive, markProcess, waitUntil, type ProcessMark } from '@quillworks/local-servers/processes'

const repository = resolve(import.meta.dirname, '../..')
const READY_MS = 180_000

/** What a running start writes to `runtime.json`. */
export interface Runtime {
  pid: number
  url: string
  natsUrl: string
  /** The owner's, with credentials. */
  databaseUrl: string
}

/** A `quillworks start` as a person runs it, in a data folder of its own. */
export interface Start {
  dataDir: string
  port: number
  url: string
  /** All it has printed. */
  output(): string
  /** Settles with the exit code; -1 when a signal ended it. */
  exited: Promise<number>
  /** Waits until it says that it is ready; gives the link that it prints. */
  ready(): Promise<string>
  runtime(): Runtime
  /** Every process of it, by name; those that have ended since their mark was written are left out. */
  processes(): Map<string, ProcessMark>
  signal(signal: NodeJS.Signals): void
  /** As when the machine loses power: every process at once. */
  killAll(): Promise<void>
  /** SIGTERM, and the end of it. */
  stop(): Promise<number>
}

/** A new data folder that Postgres's own user can enter. */
export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quillworks-e2e-'))
  chmodSync(folder, 0o755)
  return folder
}

export function removeDataDir(dataDir: string): void {
  removeCluster(join(dataDir, 'postgres'))
  rmSync(dataDir, { recursive: true, force: true })
}

function readPid(file: string): ProcessMark | undefined {
  return existsSync(file) ? markProcess(Number(readFileSync(file, 'utf8').split('\n')[0])) : undefined
}

/** A mark goes when its process ends, also between the listing and the reading. */
function readMark(file: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessMark
  } catch {
    return undefined
  }
}

function processesOf(dataDir: string, supervisor: ProcessMark | undefined): Map<string, ProcessMark> {
  const marks = new Map<string, ProcessMark>()
  const add = (name: string, mark: ProcessMark | undefined) => mark && isAlive(mark) && marks.set(name, mark)
  add('supervisor', supervisor)
  add('postgres', readPid(join(dataDir, 'postgres/postmaster.pid')))
  add('nats', readPid(join(dataDir, 'nats/nats.pid')))
  const running = join(dataDir, 'running')
  for (const file of existsSync(running) ? readdirSync(running) : []) {
    add(file.replace('.json', ''), readMark(join(running, file)))
  }
  return marks
}

/** Starts Quillworks with the command line. `env` comes on top of a clean environment. */
export async function startQuillworks(options: {
  dataDir: string
  port?: number
  args?: string[]
  env?: Record<string, string>
}): Promise<Start> {
  const { dataDir } = options
  const port = options.port ?? (await freePort())
  const words = ['start', '--port', String(port), '--data', dataDir, ...(options.args ?? [])]
  const child = Bun.spawn([process.execPath, join(repository, 'cli/src/main.ts'), ...words], {
    cwd: repository,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: tmpdir(),
      // It ends when this process does, as when its boot script is killed.
      QUILLWORKS_BOOT: `${process.pid}:${Date.now()}`,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const supervisor = markProcess(child.pid)
  let output = ''
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    const decoder = new TextDecoder()
    for await (const bytes of stream) output += decoder.decode(bytes, { stream: true })
  }
  const reading = Promise.all([read(child.stdout), read(child.stderr)])
  let ended: number | undefined
  const exited = child.exited.then(async () => {
    await reading
    ended = child.exitCode ?? -1
    return ended
  })
  const processes = () => processesOf(dataDir, supervisor)
  return {
    dataDir,
    port,
    url: `http://localhost:${port}`,
    output: () => output,
    exited,
    ready: async () => {
      const link = () => /ready after [^\n]*\n\n\s+(http\S+)/.exec(output)?.[1]
      await waitUntil({ condition: () => link() !== undefined || ended !== undefined, timeoutMs: READY_MS })
      const printed = link()
      if (!printed || ended !== undefined) throw new Error(`Quillworks did not start:\n${output}`)
      return printed
    },
    runtime: () => JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')) as Runtime,
    processes,
    signal: (signal) => child.kill(signal),
    killAll: async () => {
      const marks = [...processes().values()]
      // The supervisor first: it would start again what is killed after it.
      for (const mark of marks) process.kill(mark.pid, 'SIGKILL')
      await waitUntil({ condition: () => !marks.some(isAlive), timeoutMs: 10_000 })
      await exited
    },
    stop: async () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}
