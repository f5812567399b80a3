/** One problem of an input, at a path such as `['values', 'topic']`. */
export interface Issue {
  path: (string | number)[]
  message: string
}

/**
 * A failure that may be shown to the caller. `code` is dotted and stable (`prompt.not_found`); `message` says what
 * to do; `issues` names each bad input. Everything else that is thrown is masked at the edge as `internal`.
 */
export class AppError extends Error {
  readonly code: string
  readonly issues: Issue[]
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: string,
    message: string,
    options: { issues?: Issue[]; cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.issues = options.issues ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** An input that cannot be accepted, with every problem listed at once. */
export function invalidInput(issues: Issue[], message = 'The input is not valid.'): AppError {
  return new AppError('input.invalid', message, { issues })
}

/** A missing row and a foreign one are told apart by nobody: both are this. */
export function notFound(entity: string): AppError {
  return new AppError(`${entity}.not_found`, `There is no such ${entity.replaceAll('_', ' ')}.`)
}
