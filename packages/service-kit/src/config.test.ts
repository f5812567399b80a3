import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { ConfigError, defineConfig, entry } from './config.ts'
import { serviceConfigEntries } from './service-config.ts'

const read = defineConfig({
  port: entry({ env: 'PORT', schema: z.coerce.number().int(), default: 4000, doc: 'the port' }),
  secret: entry({
    env: 'SECRET',
    schema: z.string().min(4, 'needs at least 4 characters'),
    doc: 'the secret',
  }),
  note: entry({ env: 'NOTE', schema: z.string().optional(), doc: 'a note' }),
})

describe('settings', () => {
  test('are typed, with their defaults', () => {
    expect(read({ SECRET: 'abcd' })).toEqual({ port: 4000, secret: 'abcd', note: undefined })
  })

  test('that are empty count as not given', () => {
    expect(read({ SECRET: 'abcd', PORT: '' }).port).toBe(4000)
  })

  test('that are bad are all named at once', () => {
    try {
      read({ PORT: 'x' })
      throw new Error('accepted')
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      expect((error as ConfigError).problems).toEqual([
        'PORT: Give a number. (the port)',
        'SECRET is missing: the secret',
      ])
    }
  })

  test('of a service refuse a short secret and an address with another scheme', () => {
    const service = defineConfig(serviceConfigEntries)
    expect(() =>
      service({ QUILLWORKS_SECRET: 'short', QUILLWORKS_DATABASE_URL: 'mysql://x', NATS_URL: 'http://x' }),
    ).toThrow(/QUILLWORKS_SECRET.*\n.*QUILLWORKS_DATABASE_URL.*\n.*NATS_URL/)
  })
})
