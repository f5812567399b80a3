import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runLoudly } from './children.ts'
import { countsOf, judged, type SuiteResult } from './result.ts'

/**
 * Beyond the longest wait for a condition, which then says what it waited for: where Bun itself ends a test, it kills the
 * servers of its suite, and all tests after it fail as well.
 */
const TIMEOUT_MS = 120_000

/** Runs `bun test` over folders of the repository. */
export async function runBunSuite(options: {
  name: string
  folders: string[]
  root: string
  env: Record<string, string>
}): Promise<SuiteResult> {
  const begun = performance.now()
  const place = mkdtempSync(join(tmpdir(), 'quillworks-report-'))
  const report = join(place, 'junit.xml')
  try {
    const folders = options.folders.map((folder) => `./${folder}/`)
    const code = await runLoudly(
      [
        process.execPath,
        'test',
        `--timeout=${TIMEOUT_MS}`,
        '--reporter=junit',
        `--reporter-outfile=${report}`,
        ...folders,
      ],
      { cwd: options.root, env: options.env },
    )
    const counts = countsOf(existsSync(report) ? readFileSync(report, 'utf8') : '')
    return { name: options.name, ...judged(counts, code), durationMs: performance.now() - begun }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
