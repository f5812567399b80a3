import { expect, test } from 'bun:test'
import { publicSchema } from '../../../scripts/public-schema.ts'

const file = (path: string) => Bun.file(new URL(path, import.meta.url)).text()

test('the web is typed from the gateway’s schema; else run `bun run schema` in web/', async () => {
  const supergraph = await file('../../../../gateway/supergraph.graphql')
  expect(publicSchema(supergraph)).toBe(await file('./schema.graphql'))
})
