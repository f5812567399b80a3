import { format } from 'node:util'
import type { Logger } from './logger.ts'

const levels = { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' } as const

/**
 * Makes what libraries write to the console, and what the runtime warns of, lines of this log. An SDK that warns in
 * its own way would put lines into it that nothing can parse. Gives the way to undo it.
 */
export function routeConsole(logger: Logger): () => void {
  const before = { ...console }
  const emitWarning = process.emitWarning.bind(process)
  for (const [method, level] of Object.entries(levels) as [keyof typeof levels, 'info'][]) {
    console[method] = (...args: unknown[]) => {
      const err = args.find((arg) => arg instanceof Error)
      logger[level]({ from: 'console', ...(err === undefined ? {} : { err }) }, format(...args))
    }
  }
  process.emitWarning = (warning: string | Error) =>
    logger.warn({ from: 'runtime' }, typeof warning === 'string' ? warning : warning.message)
  return () => {
    Object.assign(console, before)
    process.emitWarning = emitWarning
  }
}
