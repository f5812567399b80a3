import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sdl } from './schema.ts'

test('the committed SDL is what the service serves', () => {
  expect(sdl).toBe(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8'))
})
