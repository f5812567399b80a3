import { AppError } from '@quillworks/service-kit/errors'

/** The database understood the statement and will answer the same again: bad data (22), a constraint (23), a limit (54), a raise (P0). */
export function isRefusal(error: unknown): error is Error {
  if (error instanceof AppError || !(error instanceof Error) || !('code' in error)) return false
  return typeof error.code === 'string' && /^(22|23|42|54|P0)...$/.test(error.code)
}
