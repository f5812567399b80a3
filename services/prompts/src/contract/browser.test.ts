import { expect, test } from 'bun:test'
import { fileURLToPath } from 'node:url'

test('the contract runs in a browser: it is bundled with nothing but the schema library', async () => {
  const entry = fileURLToPath(new URL('./index.ts', import.meta.url))
  const built = await Bun.build({ entrypoints: [entry], target: 'browser', external: ['zod'] })
  const code = (await built.outputs[0]?.text()) ?? ''
  expect(new Set([...code.matchAll(/from\s*"([^"]+)"/g)].map((match) => match[1]))).toEqual(new Set(['zod']))
  expect(code).not.toMatch(/\b(Bun|process|Buffer)\./)
})
