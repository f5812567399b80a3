import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess, isAlive, type ProcessMark } from '@quillworks/local-servers/processes'

/** Remembers a running process, so that a start after a kill can end it. */
export function rememberProcess(folder: string, name: string, mark: ProcessMark): void {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(mark))
}

export function forgetProcess(folder: string, name: string): void {
  rmSync(join(folder, `${name}.json`), { force: true })
}

function readMark(file: string): ProcessMark | undefined {
  try {
    const mark = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessMark>
    return mark.pid && mark.startedAt ? { pid: mark.pid, startedAt: mark.startedAt } : undefined
  } catch {
    return undefined
  }
}

/** Ends what a killed supervisor left running; a foreign process that has got its pid since is not touched. */
export async function endOrphans(folder: string): Promise<string[]> {
  const ended: string[] = []
  await Promise.all(
    readdirSync(folder).map(async (file) => {
      const mark = readMark(join(folder, file))
      if (mark && isAlive(mark)) {
        await endProcess({
          mark,
          signals: [
            { signal: 'SIGTERM', timeoutMs: 3_000 },
            { signal: 'SIGKILL', timeoutMs: 3_000 },
          ],
        })
        ended.push(file.replace('.json', ''))
      }
      rmSync(join(folder, file), { force: true })
    }),
  )
  return ended.sort()
}
