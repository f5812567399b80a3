import { expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { schemas } from './services.ts'

interface Journal {
  entries: { idx: number; when: number; tag: string }[]
}

function journalOf(schema: string): Journal | undefined {
  const file = join(import.meta.dirname, schema, 'meta', '_journal.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Journal) : undefined
}

for (const schema of schemas) {
  test(`the journal of ${schema} rises, because an older migration would be skipped in silence`, () => {
    const times = (journalOf(schema)?.entries ?? []).map((entry) => entry.when)
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
  })

  test(`the journal of ${schema} names every file of its folder and no other`, () => {
    const folder = join(import.meta.dirname, schema)
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.sql')) : []
    expect((journalOf(schema)?.entries ?? []).map((entry) => `${entry.tag}.sql`)).toEqual(files.sort())
  })
}
