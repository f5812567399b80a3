import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PassedOn } from './config.ts'
import type { ProcessSpec } from './process.ts'

/** Bun allows 256 requests at once; each subscription that the gateway has open to a service is one. */
const manyRequests = { BUN_CONFIG_MAX_HTTP_REQUESTS: '65336' }

const SERVICES = ['prompts', 'documents', 'workflows', 'agents', 'executions']

/** What all processes stand on. */
export interface Ground {
  repository: string
  secret: string
  /** Without credentials. */
  databaseUrl: string
  natsUrl: string
  port: number
  passedOn: PassedOn
}

/** Addresses of the processes, by name. */
export type Ports = Record<string, number>

/** The processes that there are in this checkout, in the order in which they depend on each other. */
export function partsIn(repository: string): string[] {
  const parts = SERVICES.filter((name) => existsSync(join(repository, 'services', name, 'src/main.ts')))
  if (existsSync(join(repository, 'web/src'))) parts.push('web')
  if (existsSync(join(repository, 'gateway/src/main.ts'))) parts.push('gateway')
  return parts
}

/** Takes user and password out of a database's address: each role brings its own. */
export function withoutCredentials(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.username = ''
  url.password = ''
  return url.href
}

const address = (port: number | undefined) => `http://127.0.0.1:${port}`

/** How one process is started: its program, its settings, its address. */
export function partSpec(input: { name: string; ground: Ground; ports: Ports }): ProcessSpec {
  const { name, ground, ports } = input
  const base = { ...ground.passedOn.all, NODE_ENV: 'production' }
  const publicUrl = ground.passedOn.all['QUILLWORKS_PUBLIC_URL'] ?? `http://localhost:${ground.port}`
  if (name === 'web') {
    return {
      name,
      args: ['build/index.js'],
      cwd: join(ground.repository, 'web'),
      env: {
        ...base,
        HOST: '127.0.0.1',
        PORT: String(ports[name]),
        ORIGIN: publicUrl,
        QUILLWORKS_GATEWAY_URL: address(ground.port),
      },
      url: address(ports[name]),
      livePath: '/',
    }
  }
  const service = {
    ...base,
    QUILLWORKS_SECRET: ground.secret,
    QUILLWORKS_DATABASE_URL: ground.databaseUrl,
    NATS_URL: ground.natsUrl,
    QUILLWORKS_PROFILE: 'local',
  }
  if (name === 'gateway') {
    const services = Object.keys(ports).filter((each) => SERVICES.includes(each))
    return {
      name,
      args: ['gateway/src/main.ts'],
      cwd: ground.repository,
      env: {
        ...service,
        QUILLWORKS_PORT: String(ground.port),
        QUILLWORKS_PUBLIC_URL: publicUrl,
        QUILLWORKS_SERVICES: services.map((each) => `${each}=${address(ports[each])}`).join(','),
        ...(ports['web'] ? { QUILLWORKS_WEB_URL: address(ports['web']) } : {}),
        ...manyRequests,
      },
      url: address(ground.port),
      livePath: '/healthz',
    }
  }
  return {
    name,
    args: [`services/${name}/src/main.ts`],
    cwd: ground.repository,
    env: {
      ...service,
      // Each model call under way is a request, too.
      ...(name === 'executions' ? { ...ground.passedOn.models, ...manyRequests } : {}),
      QUILLWORKS_SERVICE_PORT: String(ports[name]),
    },
    url: address(ports[name]),
    livePath: '/healthz',
  }
}
