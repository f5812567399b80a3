import type { Logger } from './logger.ts'

/**
 * True for what the Postgres driver throws to nobody when a connection is cut: the read of array types on a fresh
 * connection, which it does not await, and a write planned on a socket that is gone by then.
 */
export function isDriverFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && /^(57P0[1-3]|08\d{3}|CONNECTION_\w+|ECONN\w+|EPIPE)$/.test(String(error.code)))
    return true
  return (
    error instanceof TypeError && /postgres[\\/](src|cjs[\\/]src)[\\/]connection\.js/.test(error.stack ?? '')
  )
}

/**
 * Keeps a process alive over those faults: whoever waited for a query has had its error already. Anything else that
 * nobody caught ends the process, as it would have without this.
 */
export function surviveDriverFaults(logger: Logger): void {
  const judge = (error: unknown) => {
    if (isDriverFault(error)) {
      logger.warn({ err: error }, 'A database connection was cut')
      return
    }
    logger.fatal({ err: error }, 'Nobody caught an error')
    process.exit(1)
  }
  process.on('unhandledRejection', judge)
  process.on('uncaughtException', judge)
}
