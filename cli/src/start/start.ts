import { exitCodes } from '../command-error.ts'
import { bootedBy } from './config.ts'
import { emptyDataFolder, openDataFolder, secretOf } from './data-folder.ts'
import { lockDataFolder } from './lock.ts'
import { printedProgress, type Progress, seconds } from './progress.ts'
import { removeRuntime, writeRuntime } from './runtime.ts'
import { seedExamples } from './seed.ts'
import { ownerLink } from './sign-in-link.ts'
import { stopRequests } from './stop-requests.ts'
import { Stack, startAll } from './supervisor.ts'

async function seed(input: Parameters<typeof seedExamples>[0] & { progress: Progress }): Promise<void> {
  const begun = performance.now()
  try {
    const created = await seedExamples(input)
    if (created > 0) input.progress.ready(`${created} example prompts made`, performance.now() - begun)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    input.progress.say(`  No example prompts were made: ${reason} The next start tries again.`)
  }
}

/** Starts everything, stays until it is told to stop, and stops everything. Gives the exit code. */
export async function start(options: {
  repository: string
  dataDir: string
  reset: boolean
  port: number
  secret: string
  databaseUrl: string
  natsUrl: string
}): Promise<number> {
  const begunAt = bootedBy()?.startedAt ?? Date.now()
  const progress = printedProgress()
  const folder = openDataFolder(options.dataDir)
  const unlock = await lockDataFolder(folder.path)
  const stack = new Stack()
  const requests = stopRequests({ parent: bootedBy()?.pid, onHurry: () => void stack.stop(true) })
  const runtime = { pid: process.pid, stopping: false }
  try {
    writeRuntime(folder.path, runtime)
    if (options.reset) {
      emptyDataFolder(folder)
      writeRuntime(folder.path, runtime)
      progress.say(`  Removed all data of ${folder.path}`)
    }
    const secret = secretOf(folder, options.secret)
    const { databaseUrl, natsUrl } = await startAll(
      { ...options, folder, secret, progress, signal: requests.signal },
      stack,
    )
    const url = `http://localhost:${options.port}`
    Object.assign(runtime, { url, natsUrl, databaseUrl })
    writeRuntime(folder.path, runtime)
    const owner = await ownerLink({ gateway: `http://127.0.0.1:${options.port}`, secret })
    if (owner) await seed({ natsUrl, secret, owner, progress })
    progress.say(`\nQuillworks is ready after ${seconds(Date.now() - begunAt)}:\n\n  ${owner?.url ?? url}\n`)
    await requests.stopped
  } catch (error) {
    if (!requests.signal.aborted) throw error
  } finally {
    if (!stack.isEmpty()) progress.begin('Stopping')
    writeRuntime(folder.path, { ...runtime, stopping: true })
    const begun = performance.now()
    await stack.stop()
    if (!stack.isEmpty()) progress.ready('Stopped', performance.now() - begun)
    requests.ignore()
    removeRuntime(folder.path)
    unlock()
  }
  return exitCodes.ok
}
