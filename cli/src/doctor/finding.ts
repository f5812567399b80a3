/** One thing that was looked at. */
export interface Finding {
  check: string
  state: 'ok' | 'warning' | 'failed'
  detail: string
  /** What to do about it; none where all is well. */
  advice?: string
}

export const ok = (check: string, detail: string): Finding => ({ check, state: 'ok', detail })
export const warning = (check: string, detail: string, advice: string): Finding => ({
  check,
  state: 'warning',
  detail,
  advice,
})
export const failed = (check: string, detail: string, advice: string): Finding => ({
  check,
  state: 'failed',
  detail,
  advice,
})

const marks = { ok: '✓', warning: '!', failed: '✗' }

/** The lines of a finding for a person. */
export function findingLines(finding: Finding): string[] {
  const line = `${marks[finding.state]} ${finding.check}: ${finding.detail}`
  return finding.advice === undefined ? [line] : [line, `  → ${finding.advice}`]
}

/** The message of anything thrown, without a stack. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (error instanceof Error) return error.message || ('code' in error ? String(error.code) : error.name)
  return String(error)
}
