import { isPortFree, freePort } from '@quillworks/local-servers/ports'
import { waitUntil } from '@quillworks/local-servers/processes'
import { migrate } from '@quillworks/migrations/migrate'
import { passedOn } from './config.ts'
import type { DataFolder } from './data-folder.ts'
import { type Kept, keepRunning } from './keeper.ts'
import { endOrphans } from './orphans.ts'
import { type Ground, partSpec, partsIn, type Ports, withoutCredentials } from './parts.ts'
import { answers, startProcess, type ProcessSpec } from './process.ts'
import { type Progress, timed } from './progress.ts'
import { checkDatabase, keepNats, keepPostgres, toolsFolderOf } from './servers.ts'
import { startError } from './start-error.ts'
import { buildWeb } from './web-build.ts'

const READY_MS = 120_000

export interface StartOptions {
  repository: string
  folder: DataFolder
  port: number
  secret: string
  /** The owner's; without one an embedded Postgres is started. */
  databaseUrl: string
  natsUrl: string
  progress: Progress
  /** Stops a start that is under way. */
  signal: AbortSignal
}

/** A running Quillworks. */
export interface Supervised {
  databaseUrl: string
  natsUrl: string
}

/** The processes of a start, in the layers in which they are stopped: those that need others first. */
export class Stack {
  readonly #layers: Kept[][] = [[], [], []]

  add(layer: 'edge' | 'services' | 'servers', kept: Kept): void {
    this.#layers[{ edge: 0, services: 1, servers: 2 }[layer]]?.push(kept)
  }

  isEmpty(): boolean {
    return this.#layers.every((layer) => layer.length === 0)
  }

  /** Stops all; called again with `hurry` while it does, it ends at once what is still there. */
  async stop(hurry = false): Promise<void> {
    for (const layer of this.#layers) await Promise.all(layer.map((kept) => kept.stop(hurry)))
  }
}

async function keepDatabase(options: StartOptions, stack: Stack): Promise<string> {
  const { progress, folder, secret } = options
  let url = options.databaseUrl
  if (url) {
    await timed({
      progress,
      what: (version) => `Postgres ${version} at DATABASE_URL`,
      work: () => checkDatabase(url),
    })
  } else {
    const server = await keepPostgres({ folder, secret, progress })
    stack.add('servers', server)
    url = server.url
  }
  let journals = 0
  await timed({
    progress,
    what: () => `Database migrated (${journals} schemas)`,
    work: () => migrate({ ownerUrl: url, secret, onStep: () => void journals++ }),
  })
  return url
}

async function keepMessaging(options: StartOptions, stack: Stack): Promise<string> {
  if (options.natsUrl) return options.natsUrl
  const toolsFolder = toolsFolderOf(options.repository)
  const server = await keepNats({ ...options, toolsFolder })
  stack.add('servers', server)
  return server.url
}

async function keepPages(options: StartOptions): Promise<void> {
  const { progress } = options
  if (!partsIn(options.repository).includes('web')) return
  await timed({
    progress,
    what: (outcome) => (outcome === 'built' ? 'Web pages built' : 'Web pages are built'),
    work: () => buildWeb({ ...options, onBuild: () => progress.begin('Building the web pages') }),
  })
}

/** Starts one process, and waits until it can serve. */
async function keepPart(input: { spec: ProcessSpec; options: StartOptions; stack: Stack }): Promise<void> {
  const { spec, options, stack } = input
  const { progress, folder } = options
  const isEdge = spec.name === 'gateway' || spec.name === 'web'
  await timed({
    progress,
    what: () => `${spec.name} ready`,
    work: async () => {
      const kept = await keepRunning({
        name: spec.name,
        start: (signal) =>
          startProcess({ spec, folder, progress, signal: AbortSignal.any([signal, options.signal]) }),
        progress,
      }).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        throw startError('process_failed', `${spec.name} ${reason}`, error)
      })
      stack.add(isEdge ? 'edge' : 'services', kept)
      if (spec.name === 'web') return
      const isReady = () => answers(`${spec.url}/readyz`, true)
      const condition = async () => options.signal.aborted || (await isReady())
      if (await waitUntil({ condition, timeoutMs: READY_MS, everyMs: 25 })) return
      const checks = await fetch(`${spec.url}/readyz`).then((response) => response.text(), String)
      throw startError('process_not_ready', `${spec.name} does not get ready: ${checks}`)
    },
  })
}

/**
 * Waits for all, and then fails with the first failure, which cuts the others short: nothing may still be starting when
 * what has started is stopped.
 */
async function all(failing: AbortController, works: Promise<unknown>[]): Promise<void> {
  const failures: unknown[] = []
  await Promise.all(
    works.map((work) =>
      work.catch((error: unknown) => {
        failures.push(error)
        failing.abort()
      }),
    ),
  )
  // What was cut short by a failure elsewhere may have ended before that failure was told.
  if (failures.length > 0) throw failures.find((failure) => !isCutShort(failure)) ?? failures[0]
}

const isCutShort = (failure: unknown) => failure instanceof DOMException && failure.name === 'AbortError'

/** Starts everything that this checkout has, in parallel where nothing depends on another. */
export async function startAll(options: StartOptions, stack: Stack): Promise<Supervised> {
  const { repository, folder, progress, port } = options
  const orphans = await endOrphans(folder.running)
  if (orphans.length > 0) progress.say(`  Ended what a killed start had left running: ${orphans.join(', ')}`)
  if (!(await isPortFree({ port }))) {
    throw startError('port_in_use', `Port ${port} is in use by another program: choose another with --port.`)
  }
  const failing = new AbortController()
  const cutShort = { ...options, signal: AbortSignal.any([options.signal, failing.signal]) }
  const database = keepDatabase(cutShort, stack)
  const messaging = keepMessaging(cutShort, stack)
  const pages = keepPages(cutShort)
  const start = async (name: string, ground: Ground, ports: Ports) => {
    if (name === 'web') await pages
    cutShort.signal.throwIfAborted()
    await keepPart({ spec: partSpec({ name, ground, ports }), options: cutShort, stack })
  }
  const startParts = async () => {
    const [databaseUrl, natsUrl] = await Promise.all([database, messaging])
    const parts = partsIn(repository)
    const ports: Ports = {}
    for (const name of parts) ports[name] = name === 'gateway' ? port : await freePort()
    const ground: Ground = {
      repository,
      secret: options.secret,
      databaseUrl: withoutCredentials(databaseUrl),
      natsUrl,
      port,
      passedOn: passedOn(),
    }
    await all(
      failing,
      parts.map((name) => start(name, ground, ports)),
    )
    return { databaseUrl, natsUrl }
  }
  const started = startParts()
  await all(failing, [database, messaging, pages, started])
  return started
}
