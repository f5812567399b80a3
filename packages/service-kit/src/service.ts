import { Elysia } from 'elysia'
import { surviveDriverFaults } from './driver-faults.ts'
import type { Logger } from './logger.ts'

/** One thing a process needs in order to serve; `probe` throws while it cannot. */
export interface ReadinessCheck {
  name: string
  probe: () => Promise<unknown>
}

const probeDeadlineMs = 2_000
const drainDeadlineMs = 10_000

async function probeAll(checks: ReadinessCheck[]): Promise<Record<string, 'ok' | 'failing'>> {
  const results = await Promise.all(
    checks.map(async (check) => {
      const timeout = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('timed out')), probeDeadlineMs).unref()
      })
      const state = await Promise.race([check.probe(), timeout]).then(
        () => 'ok' as const,
        () => 'failing' as const,
      )
      return [check.name, state] as const
    }),
  )
  return Object.fromEntries(results)
}

/** A running process: its address, and `stop` which drains and closes in order. */
export interface RunningService {
  url: string
  port: number
  stop: () => Promise<void>
}

/**
 * Serves `/healthz`, `/readyz` and, where given, `/graphql`, and stops cleanly on SIGTERM or SIGINT: no new requests,
 * those in flight finish (10 s at most), then `close` runs.
 */
export function startService(input: {
  name: string
  host: string
  port: number
  logger: Logger
  checks: ReadinessCheck[]
  graphql?: (request: Request) => Promise<Response>
  close: () => Promise<void>
  signals?: boolean
}): RunningService {
  const graphql = input.graphql
  const app = new Elysia({ serve: { idleTimeout: 60, maxRequestBodySize: 8 * 1024 * 1024 } })
    .get('/healthz', () => ({ status: 'ok', service: input.name }))
    .get('/readyz', async () => {
      const checks = await probeAll(input.checks)
      const ready = Object.values(checks).every((state) => state === 'ok')
      return Response.json({ status: ready ? 'ready' : 'not ready', checks }, { status: ready ? 200 : 503 })
    })
  if (graphql) app.all('/graphql', ({ request }) => graphql(request), { parse: 'none' })
  app.listen({ port: input.port, hostname: input.host, reusePort: false })
  const port = app.server?.port ?? input.port

  let stopping: Promise<void> | undefined
  const stop = () =>
    (stopping ??= (async () => {
      const drained = app.server?.stop(false) ?? Promise.resolve()
      await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, drainDeadlineMs).unref())])
      await app.server?.stop(true)
      await input.close()
    })())
  if (input.signals !== false) {
    surviveDriverFaults(input.logger)
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        input.logger.info({ signal }, 'Stopping')
        stop().then(
          () => process.exit(0),
          (error: unknown) => {
            input.logger.error({ err: error }, 'Stopped with an error')
            process.exit(1)
          },
        )
      })
    }
  }
  input.logger.info({ port }, 'Listening')
  return { url: `http://${input.host}:${port}`, port, stop }
}
