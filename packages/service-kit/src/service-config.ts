import { z } from 'zod'
import { entry } from './config.ts'

/** The settings that every service process has; each `config.ts` spreads them. */
export const serviceConfigEntries = {
  secret: entry({
    env: 'QUILLWORKS_SECRET',
    schema: z.string().min(32, 'needs at least 32 characters'),
    doc: 'the secret that all keys are derived from, the same in every process',
  }),
  databaseUrl: entry({
    env: 'QUILLWORKS_DATABASE_URL',
    schema: z.string().regex(/^postgres(ql)?:\/\//, 'needs the form postgres://host:port/database'),
    doc: 'where Postgres is, without credentials: postgres://host:port/database',
  }),
  natsUrl: entry({
    env: 'NATS_URL',
    schema: z.string().regex(/^(nats|tls):\/\//, 'needs the form nats://host:port'),
    doc: 'where NATS is: nats://host:port',
  }),
  port: entry({
    env: 'QUILLWORKS_SERVICE_PORT',
    schema: z.coerce.number().int().min(0).max(65535),
    default: 0,
    doc: 'port this process listens on; 0 picks a free one',
  }),
  host: entry({
    env: 'QUILLWORKS_SERVICE_HOST',
    schema: z.string(),
    default: '127.0.0.1',
    doc: 'address this process listens on; 0.0.0.0 in a container',
  }),
  profile: entry({
    env: 'QUILLWORKS_PROFILE',
    schema: z.enum(['local', 'development', 'production']),
    default: 'production' as const,
    doc: 'local (started by quillworks start), development, or production',
  }),
  logLevel: entry({
    env: 'QUILLWORKS_LOG_LEVEL',
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    default: 'info' as const,
    doc: 'debug, info, warn, error or silent',
  }),
}
