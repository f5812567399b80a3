import { expect, test } from 'bun:test'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { placeCluster, removeCluster } from './postgres-cluster.ts'
import { startPostgres } from './postgres.ts'

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'quillworks-cluster-test-'))
}

const options = (folder: string) => ({
  folder: join(folder, 'data/postgres'),
  ownerPassword: 'right',
  logFile: join(folder, 'postgres.log'),
  durable: false,
})

test('a folder closed to all others, as /root is, can hold the data', async () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o700)
  try {
    const first = await startPostgres(options(folder))
    await first.stop()
    const second = await startPostgres(options(folder))
    expect(second.folder).toBe(first.folder)
    await second.stop()
    removeCluster(options(folder).folder)
    expect(existsSync(first.folder)).toBe(false)
    expect(lstatSync(options(folder).folder, { throwIfNoEntry: false })).toBeUndefined()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('data that lay elsewhere and are gone are not replaced by empty ones in silence', () => {
  const folder = temporaryFolder()
  symlinkSync(join(folder, 'gone'), join(folder, 'postgres'))
  try {
    expect(() => placeCluster(join(folder, 'postgres'))).toThrow(/gone, which is gone/)
    removeCluster(join(folder, 'postgres'))
    expect(() => placeCluster(join(folder, 'postgres'))).not.toThrow()
  } finally {
    removeCluster(join(folder, 'postgres'))
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a first start that was killed half-way is begun again', async () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'data'))
  const { folder: cluster } = placeCluster(options(folder).folder)
  mkdirSync(`${cluster}.new`)
  writeFileSync(`${cluster}.new/PG_VERSION`, '18\n')
  try {
    const server = await startPostgres(options(folder))
    await server.stop()
    expect(existsSync(`${cluster}.new`)).toBe(false)
  } finally {
    removeCluster(cluster)
    rmSync(folder, { recursive: true, force: true })
  }
})

test('data of another Postgres version are left as they are', async () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'data/postgres'), { recursive: true })
  writeFileSync(join(folder, 'data/postgres/PG_VERSION'), '15\n')
  try {
    await expect(startPostgres(options(folder))).rejects.toThrow('was made by Postgres 15, and this is 18.')
    expect(existsSync(join(folder, 'data/postgres/PG_VERSION'))).toBe(true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
