/** What a start tells the person who waits for it; one line each, on stdout. */
export interface Progress {
  /** Says that something slow has begun. */
  begin(what: string): void
  /** Says that something is ready, and how long that took. */
  ready(what: string, durationMs: number): void
  /** Something is not as it should be, and what is done about it. */
  warn(what: string): void
  say(what: string): void
}

export function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`
}

/** Runs `work` and then says what it gave, with the time it took. */
export async function timed<T>(input: {
  progress: Progress
  what: (result: T) => string
  work: () => Promise<T>
}): Promise<T> {
  const begun = performance.now()
  const result = await input.work()
  input.progress.ready(input.what(result), performance.now() - begun)
  return result
}

/** Progress for people. Lines that nobody can read any more (the terminal is gone) are dropped. */
export function printedProgress(): Progress {
  process.stdout.on('error', () => {})
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  return {
    begin: (what) => print(`  ${what} …`),
    ready: (what, durationMs) => print(`✓ ${what}  ${seconds(durationMs)}`),
    warn: (what) => print(`! ${what}`),
    say: print,
  }
}
