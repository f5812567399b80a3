import { describe, expect, test } from 'bun:test'
import { expectedFiles } from './settings.ts'
import { envExample, sectionsOf, withTables } from './settings/write.ts'

describe('the settings', () => {
  test('are told by docs/settings.md and .env.example as the code has them (else run: bun scripts/settings.ts)', async () => {
    for (const { path, text } of await expectedFiles()) expect(await Bun.file(path).text()).toBe(text)
  })

  test('are each in one section, and commented out in the example', () => {
    const settings = ['NATS_URL', 'OPENAI_API_KEY', 'QUILLWORKS_URL', 'QUILLWORKS_HOST'].map((env) => ({
      env,
      doc: 'what it does',
      default: 'x',
      readBy: env === 'QUILLWORKS_URL' ? ['cli'] : ['gateway', 'cli'],
    }))
    expect(sectionsOf(settings).map((section) => section.settings.map(({ env }) => env))).toEqual([
      ['NATS_URL'],
      ['OPENAI_API_KEY'],
      ['QUILLWORKS_URL'],
      ['QUILLWORKS_HOST'],
    ])
    expect(envExample(settings)).toContain('# What it does.\n# NATS_URL=x\n')
    expect(
      envExample(settings)
        .split('\n')
        .every((line) => line === '' || line.startsWith('#')),
    ).toBe(true)
  })

  test('stand between their marks', () => {
    expect(() => withTables('# Settings\n', '')).toThrow('lacks the marks')
  })
})
