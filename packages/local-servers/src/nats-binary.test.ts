import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNats, type NatsSource } from './nats-binary.ts'
import { downloadRelease } from './nats-from-release.ts'

let root: string
let toolsFolder: string

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'quillworks-nats-binary-'))
})
beforeEach(() => {
  toolsFolder = mkdtempSync(join(root, 'tools-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function writeProgram(folder: string, version: string): string {
  mkdirSync(folder, { recursive: true })
  const program = join(folder, 'nats-server')
  writeFileSync(program, `#!/bin/sh\necho 'nats-server: v${version}'\n`)
  chmodSync(program, 0o755)
  return program
}

const source = (origin: string, version: string): NatsSource => ({
  origin,
  download: (folder) => Promise.resolve(writeProgram(folder, version)),
})
const broken: NatsSource = {
  origin: 'broken source',
  download: () => Promise.reject(new Error('no network')),
}
const never: NatsSource = { origin: 'never', download: () => Promise.reject(new Error('must not be asked')) }

test('a server on PATH is taken before any download', async () => {
  const path = join(toolsFolder, 'bin')
  const program = writeProgram(path, '2.11.3')
  expect(await findNats({ toolsFolder, path, sources: [never] })).toEqual({
    program,
    version: '2.11.3',
    origin: program,
  })
})

test('a download is kept and used the next time', async () => {
  const first = await findNats({ toolsFolder, path: '', sources: [broken, source('good source', '2.10.27')] })
  expect(first).toEqual({
    program: join(toolsFolder, 'nats-server'),
    version: '2.10.27',
    origin: 'good source',
  })
  const second = await findNats({ toolsFolder, path: '', sources: [never] })
  expect(second.origin).toBe('downloaded before')
  expect(readdirSync(toolsFolder)).toEqual(['nats-server'])
})

test('a server older than 2.9 is passed over', async () => {
  const path = join(toolsFolder, 'bin')
  writeProgram(path, '2.8.4')
  const found = await findNats({
    toolsFolder,
    path,
    sources: [source('old', '2.2.0'), source('new', '2.9.0')],
  })
  expect(found.origin).toBe('new')
})

test('without any way the error tells what was tried and what to do', async () => {
  const error = findNats({ toolsFolder, path: '', sources: [broken] })
  await expect(error).rejects.toThrow(/broken source: no network[^]*install nats-server 2.9[^]*set NATS_URL/)
  expect(existsSync(join(toolsFolder, 'nats-server'))).toBe(false)
})

test('a release is checked against its published sums before it is unpacked', async () => {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const name = `nats-server-v2.10.27-${process.platform}-${architecture}`
  const made = mkdtempSync(join(root, 'release-'))
  writeProgram(join(made, name), '2.10.27')
  Bun.spawnSync(['tar', '-czf', `${name}.tar.gz`, name], { cwd: made })
  const archive = await Bun.file(join(made, `${name}.tar.gz`)).bytes()
  let sum = createHash('sha256').update(archive).digest('hex')
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) =>
      new Response(request.url.endsWith('SHA256SUMS') ? `abc  other.zip\n${sum}  ${name}.tar.gz\n` : archive),
  })
  try {
    const folder = mkdtempSync(join(root, 'good-'))
    expect(existsSync(await downloadRelease(folder, server.url.origin))).toBe(true)
    sum = sum.replace(/^./, (first) => (first === '0' ? '1' : '0'))
    await expect(downloadRelease(folder, server.url.origin)).rejects.toThrow('is damaged')
  } finally {
    await server.stop(true)
  }
})
