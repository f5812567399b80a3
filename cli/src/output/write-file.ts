import { renameSync, writeFileSync } from 'node:fs'

/** Writes to a file in one move, or to stdout where none is named. */
export function writeOut(text: string, file: string | undefined, mode: number): void {
  if (file === undefined) {
    process.stdout.write(text)
    return
  }
  const unfinished = `${file}.${process.pid}`
  writeFileSync(unfinished, text, { mode })
  renameSync(unfinished, file)
}
