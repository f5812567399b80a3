import { isPortFree } from '@quillworks/local-servers/ports'
import { z } from 'zod'
import { CommandError } from '../command-error.ts'
import type { Connection } from '../connection/connection.ts'
import { request } from '../connection/graphql.ts'
import { failed, type Finding, ok, reasonOf, warning } from './finding.ts'

const readySchema = z.object({ status: z.string(), checks: z.record(z.string(), z.string()) })
const viewerSchema = z.object({
  viewer: z.object({ user: z.object({ name: z.string() }), organization: z.object({ name: z.string() }) }),
})

const isLoopback = (url: URL) => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)

/** The one address: whether it answers, every part behind it, and who this command is there. */
export async function checkGateway(connection: Connection): Promise<Finding[]> {
  let response: Response
  try {
    response = await fetch(`${connection.url}/readyz`, { signal: AbortSignal.timeout(10_000) })
  } catch (error) {
    return [await notAnswering(connection.url, error)]
  }
  const parsed = readySchema.safeParse(await response.json().catch(() => undefined))
  if (!parsed.success) {
    const advice = 'Another program has this port: stop it, or start Quillworks with --port.'
    return [
      failed('Gateway', `what answers at ${connection.url} is not Quillworks (${response.status})`, advice),
    ]
  }
  const parts = Object.entries(parsed.data.checks).map(([name, state]) =>
    state === 'ok'
      ? ok(`Part ${name}`, 'ready')
      : failed(
          `Part ${name}`,
          state,
          `See logs/${name}.log in the data folder, or the log of its container.`,
        ),
  )
  return [ok('Gateway', `answers at ${connection.url}`), ...parts, await checkViewer(connection)]
}

async function notAnswering(url: string, error: unknown): Promise<Finding> {
  const address = new URL(url)
  const port = Number(address.port || '80')
  if (isLoopback(address) && !(await isPortFree({ port }))) {
    const advice = 'Another program has this port, or the gateway hangs: see what listens there.'
    return failed('Gateway', `the port ${port} is taken, and nothing answers: ${reasonOf(error)}`, advice)
  }
  return failed(
    'Gateway',
    `nothing answers at ${url}`,
    'Start it with npm start; --url names another address.',
  )
}

async function checkViewer(connection: Connection): Promise<Finding> {
  const query = '{ viewer { user { name } organization { name } } }'
  try {
    const { viewer } = await request({ connection, query, schema: viewerSchema })
    return ok('Access', `${viewer.user.name} in ${viewer.organization.name}`)
  } catch (error) {
    const advice = 'Set QUILLWORKS_API_KEY to a key, or name the data folder of the local start with --data.'
    if (!(error instanceof CommandError)) return failed('Access', reasonOf(error), advice)
    return error.code === 'auth.unauthenticated' && !('cause' in error && error.cause)
      ? warning('Access', error.message, advice)
      : failed('Access', `${error.message} (${error.code})`, advice)
  }
}
