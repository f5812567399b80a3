import { describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { promptEventSchemas, snippetEventSchemas, variableEventSchemas } from './events.ts'

const schemas = { ...promptEventSchemas, ...snippetEventSchemas, ...variableEventSchemas }
const folder = new URL('./golden/', import.meta.url)

describe('the events of this service', () => {
  for (const [type, schema] of Object.entries(schemas)) {
    test(`${type} as it was first sent is read whole, and with fields of a later release too`, async () => {
      const golden = (await Bun.file(new URL(`${type}.json`, folder)).json()) as Record<string, unknown>
      expect(schema.parse(golden) as unknown).toEqual(golden)
      expect(schema.parse({ ...golden, ofALaterRelease: 1 }) as unknown).toEqual(golden)
      for (const field of Object.keys(golden).filter(
        (name) => !['duplicateOf', 'restoredFrom'].includes(name),
      )) {
        const { [field]: _left, ...rest } = golden
        expect([field, schema.safeParse(rest).success]).toEqual([field, false])
      }
    })
  }

  test('each have a golden file, and no file is without its event', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.json$/, ''))
    expect(files.toSorted()).toEqual(Object.keys(schemas).toSorted())
  })
})
