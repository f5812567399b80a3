import pino from 'pino'
import { currentTraceId } from './trace.ts'

export type Logger = pino.Logger

/** Structured logs, one JSON object a line on stdout; secrets are cut out by name wherever they stand. */
export function createLogger(service: string, options: { level?: string } = {}): Logger {
  return pino({
    level: options.level ?? 'info',
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['*.authorization', '*.cookie', '*.apiKey', '*.password', '*.secret', 'secret', 'password'],
      censor: '[redacted]',
    },
    mixin: () => {
      const traceId = currentTraceId()
      return traceId ? { traceId } : {}
    },
  })
}
