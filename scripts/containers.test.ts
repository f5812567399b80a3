import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { collectSettings } from './settings/collect.ts'

const repository = join(import.meta.dirname, '..')
const read = (file: string) => Bun.file(join(repository, file)).text()

interface Container {
  image: string
  command?: string[]
  working_dir?: string
  environment?: Record<string, string | number>
  depends_on?: Record<string, { condition: string }>
  ports?: string[]
  container_name?: string
  volumes?: string[]
}
interface Compose {
  services: Record<string, Container>
  volumes: Record<string, unknown>
}

const text = await read('docker-compose.yml')
const compose = Bun.YAML.parse(text) as Compose
const containers = Object.entries(compose.services)

/** What the images of others, Bun and SvelteKit's server take; all else is a setting of the code. */
const foreignNames = new Set([
  'POSTGRES_USER',
  'POSTGRES_DB',
  'POSTGRES_PASSWORD_FILE',
  'BUN_CONFIG_MAX_HTTP_REQUESTS',
  'HOST',
  'PORT',
  'ORIGIN',
  'QUILLWORKS_GATEWAY_URL',
])

describe('docker-compose.yml', () => {
  test('has every process of the repository, and each program that it starts exists', () => {
    const programs = [
      ...new Bun.Glob('services/*/src/main.ts').scanSync({ cwd: repository }),
      'gateway/src/main.ts',
    ]
    const started = containers.flatMap(([, { command = [] }]) =>
      command.filter((word) => word.endsWith('/main.ts')),
    )
    expect(started.sort()).toEqual(programs.sort())
    for (const name of ['postgres', 'nats', 'migrate', 'web']) expect(compose.services).toHaveProperty(name)
  })

  test('tells the gateway of every service by its container', () => {
    const told = String(compose.services['gateway']?.environment?.['QUILLWORKS_SERVICES']).split(',')
    const services = containers.filter(([, { command }]) => command?.[1]?.startsWith('services/'))
    expect(told.sort()).toEqual(services.map(([name]) => `${name}=http://${name}:8080`).sort())
  })

  test('sets and takes only settings that the code reads', async () => {
    const known = new Set((await collectSettings()).map(({ env }) => env))
    const set = containers.flatMap(([, { environment = {} }]) => Object.keys(environment))
    const taken = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name = '']) => name)
    const unknown = [...set, ...taken].filter((name) => !known.has(name) && !foreignNames.has(name))
    expect([...new Set(unknown)]).toEqual(['QUILLWORKS_IMAGE'])
  })

  test('refuses to start without a secret, and gives none away', () => {
    expect(text).toContain('${QUILLWORKS_SECRET:?')
    for (const name of ['postgres', 'nats', 'web']) {
      expect(JSON.stringify(compose.services[name])).not.toContain('QUILLWORKS_SECRET')
    }
  })

  test('lets every process have replicas: one published port, no fixed names', () => {
    expect(containers.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['gateway'])
    expect(containers.filter(([, container]) => container.container_name)).toEqual([])
  })

  test('waits for what it names, and names only what there is', () => {
    for (const [, { depends_on: needs = {}, volumes = [] }] of containers) {
      for (const name of Object.keys(needs)) expect(compose.services).toHaveProperty(name)
      for (const volume of volumes) expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '')
    }
    expect(compose.services['executions']?.depends_on).toMatchObject({
      migrate: { condition: 'service_completed_successfully' },
      nats: { condition: 'service_healthy' },
    })
  })
})

describe('the image', () => {
  test('is built on the pinned Bun', async () => {
    const { devDependencies } = JSON.parse(await read('package.json')) as {
      devDependencies: Record<string, string>
    }
    expect(await read('Dockerfile')).toContain(`FROM oven/bun:${devDependencies['bun-types']}-slim AS base`)
  })

  test('takes no secrets, data or installed packages from the machine that builds it', async () => {
    const ignored = (await read('.dockerignore')).split('\n')
    for (const name of ['.env', '.data', '.git', '**/node_modules']) expect(ignored).toContain(name)
  })

  test('installs by the lockfile and does not run as root', async () => {
    const lines = (await read('Dockerfile')).split('\n')
    const installs = lines.filter((line) => line.includes('bun install'))
    expect(installs.length).toBeGreaterThan(0)
    expect(installs.every((line) => line.includes('--frozen-lockfile'))).toBe(true)
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER bun'])
    expect(existsSync(join(repository, 'bun.lock'))).toBe(true)
  })
})
