import { markProcess } from '@quillworks/local-servers/processes'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

/** The deployment's secret as a local start keeps it, if this user may read it. */
export function readSecretOf(folder: string): string | undefined {
  return readText(join(folder, 'secret'))
}

/** What a running local start says about itself: addresses of its parts. Undefined where nothing was started. */
export interface RuntimeFacts {
  url: string | undefined
  natsUrl: string | undefined
  /** The database owner's address. */
  databaseUrl: string | undefined
}

const runtimeSchema = z.looseObject({
  pid: z.number().optional(),
  url: z.string().optional(),
  natsUrl: z.string().optional(),
  databaseUrl: z.string().optional(),
})

/** Reads what a local start wrote about itself; undefined when it wrote nothing or has ended. */
export function readRuntimeOf(folder: string): RuntimeFacts | undefined {
  const text = readText(join(folder, 'runtime.json'))
  if (text === undefined) return undefined
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = runtimeSchema.safeParse(json)
  if (!parsed.success || (parsed.data.pid !== undefined && !markProcess(parsed.data.pid))) return undefined
  const { url, natsUrl, databaseUrl } = parsed.data
  return { url, natsUrl, databaseUrl }
}
