/** What one suite came to. */
export interface SuiteResult {
  name: string
  passed: number
  failed: number
  durationMs: number
}

/** The counts of a JUnit report as Bun writes it. Skipped tests count as failed: no test of ours may be skipped. */
export function countsOf(report: string): { passed: number; failed: number } {
  const head = /<testsuites\b([^>]*)>/.exec(report)?.[1] ?? ''
  const number = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0)
  const failed = number('failures') + number('errors') + number('skipped')
  return { passed: number('tests') - failed, failed }
}

/** A suite of which the runner failed without a failing test, or which held no test at all, has failed once more. */
export function judged(
  counts: { passed: number; failed: number },
  exitCode: number,
): { passed: number; failed: number } {
  const isSilent = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0)
  return isSilent ? { ...counts, failed: 1 } : counts
}

/** The last line of all: what programs read. */
export function lastLine(results: SuiteResult[]): string {
  const sum = (key: 'passed' | 'failed') => results.reduce((total, result) => total + result[key], 0)
  return `${sum('passed')} passed, ${sum('failed')} failed`
}
