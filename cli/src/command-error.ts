import type { Issue } from '@quillworks/service-kit/errors'

/** What the shell gets: 0 done, 1 failed, 2 wrongly called, 130 interrupted. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** A failure that a command tells in its own words; everything else that is thrown is a defect and shows its stack. */
export class CommandError extends Error {
  readonly code: string
  readonly issues: Issue[]
  readonly exitCode: number
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: string,
    message: string,
    options: { issues?: Issue[]; exitCode?: number; cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'CommandError'
    this.code = code
    this.issues = options.issues ?? []
    this.exitCode = options.exitCode ?? exitCodes.failed
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** An argument that cannot be meant as it was written. */
export function usageError(message: string): CommandError {
  return new CommandError('cli.usage', message, { exitCode: exitCodes.usage })
}

/** The lines that a person sees of an error: message and code, then each issue with its path. */
export function errorLines(error: CommandError): string[] {
  const issues = error.issues.map((issue) => {
    const path = issue.path.join('.')
    return path === '' ? `  ${issue.message}` : `  ${path}: ${issue.message}`
  })
  const code = error.exitCode === exitCodes.usage && error.code === 'cli.usage' ? '' : ` (${error.code})`
  return [`${error.message}${code}`, ...issues]
}
