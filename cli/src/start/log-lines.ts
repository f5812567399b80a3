import { z } from 'zod'
import type { Progress } from './progress.ts'

const WARNING = 40
const QUIET_MS = 30_000

const lineSchema = z.looseObject({
  level: z.number(),
  msg: z.string().optional(),
  err: z.looseObject({ message: z.string().optional() }).optional(),
})

/** What a line of a log says to the person at the terminal: the text of a warning or an error, else nothing. */
export function warningIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return undefined
  }
  const parsed = lineSchema.safeParse(json)
  if (!parsed.success || parsed.data.level < WARNING) return undefined
  return [parsed.data.msg, parsed.data.err?.message].filter(Boolean).join(': ') || undefined
}

/** Tells warnings of a process on the terminal, the same one at most twice a minute; all of them are in its log. */
export function warningTeller(input: {
  name: string
  progress: Progress
  now?: () => number
}): (line: string) => void {
  const now = input.now ?? (() => performance.now())
  const toldAt = new Map<string, number>()
  return (line) => {
    const warning = warningIn(line)
    if (!warning) return
    const at = now()
    const last = toldAt.get(warning)
    if (last !== undefined && at - last < QUIET_MS) return
    if (toldAt.size > 100) toldAt.clear()
    toldAt.set(warning, at)
    input.progress.warn(`${input.name}: ${warning}`)
  }
}
