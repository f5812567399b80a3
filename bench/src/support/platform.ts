import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import type { Ground, ServiceProcess } from './ground.ts'
import type { Watched } from './meter.ts'

/** Services and gateway as processes on a ground, and a key of its owner that may do everything. */
export interface Platform {
  url: string
  key: string
  services: Record<string, ServiceProcess>
  watched: Watched
  ask: <Data>(query: string, variables?: object) => Promise<Data>
}

/** As the supervisor sets it. */
const manyRequests = { BUN_CONFIG_MAX_HTTP_REQUESTS: '65336' }

/** What nobody but a benchmark would allow one caller. */
const unlimited = {
  QUILLWORKS_RATE_BURST: '1000000',
  QUILLWORKS_RATE_PER_SECOND: '1000000',
  QUILLWORKS_CAPACITY: '5000',
  QUILLWORKS_EXECUTIONS_PER_ORGANIZATION: '5000',
  QUILLWORKS_MODEL_CONCURRENCY: '5000',
  QUILLWORKS_MODEL_CONCURRENCY_PER_ORGANIZATION: '5000',
}

async function send<Data>(input: {
  url: string
  key: string
  query: string
  variables: object
}): Promise<Data> {
  const { url, key, query, variables } = input
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown }
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors))
  return data
}

export async function startPlatform(
  ground: Ground,
  options: { settings?: Record<string, string>; bun?: Record<string, string[]> } = {},
): Promise<Platform> {
  const start = (name: string, settings: Record<string, string> = {}) =>
    ground.startService(name, {
      settings: { ...unlimited, ...options.settings, ...settings },
      bun: options.bun?.[name] ?? [],
    })
  const [prompts, executions] = await Promise.all([start('prompts'), start('executions', manyRequests)])
  const gateway = await start('gateway', {
    QUILLWORKS_SERVICES: `prompts=${prompts.url},executions=${executions.url}`,
    ...manyRequests,
  })
  const services = { prompts, executions, gateway }
  const { createApiKey } = await send<{ createApiKey: { key: string } }>({
    url: gateway.url,
    key: await signLocalAdmin({ secret: ground.secret }),
    query: 'mutation { createApiKey(input: { name: "bench" }) { key } }',
    variables: {},
  })
  return {
    url: gateway.url,
    key: createApiKey.key,
    services,
    watched: [
      ...ground.watched,
      ...Object.entries(services).map(([name, { pid }]): [string, number] => [name, pid]),
    ],
    ask: (query, variables = {}) => send({ url: gateway.url, key: createApiKey.key, query, variables }),
  }
}
