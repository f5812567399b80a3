import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const runtimeSchema = z.object({
  pid: z.number(),
  url: z.string().optional(),
  natsUrl: z.string().optional(),
  databaseUrl: z.string().optional(),
  stopping: z.boolean().optional(),
})

/** What a running start says about itself in `runtime.json`; commands find the gateway by it. Holds credentials. */
export type Runtime = z.output<typeof runtimeSchema>

const fileOf = (folder: string) => join(folder, 'runtime.json')

export function writeRuntime(folder: string, runtime: Runtime): void {
  const unfinished = `${fileOf(folder)}.${process.pid}`
  writeFileSync(unfinished, `${JSON.stringify(runtime, null, 2)}\n`, { mode: 0o600 })
  renameSync(unfinished, fileOf(folder))
}

export function readRuntime(folder: string): Runtime | undefined {
  try {
    return runtimeSchema.parse(JSON.parse(readFileSync(fileOf(folder), 'utf8')))
  } catch {
    return undefined
  }
}

export function removeRuntime(folder: string): void {
  rmSync(fileOf(folder), { force: true })
}
