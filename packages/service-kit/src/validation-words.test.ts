import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { inWords } from './validation-words.ts'

const said = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value, { error: inWords }).error?.issues.map((issue) => issue.message)

describe('what a validator says to people', () => {
  test.each<[string, z.ZodType, unknown, string]>([
    ['a number too big', z.number().max(2), 3, 'Give a number of at most 2.'],
    ['a number that must be above', z.number().gt(0), 0, 'Give a number above 0.'],
    ['a number that must be below', z.number().lt(1), 1, 'Give a number below 1.'],
    ['no number', z.coerce.number(), 'x', 'Give a number.'],
    ['no whole number', z.number().int(), 1.5, 'Give a whole number.'],
    ['text too short', z.string().min(3), 'a', 'Give at least 3 characters.'],
    ['a list too long', z.array(z.string()).max(0), ['a'], 'Give at most 0 entries.'],
    ['nothing', z.string(), undefined, 'This is missing.'],
    ['another choice', z.enum(['a', 'b']), 'c', 'Give one of a, b.'],
    ['another address', z.url(), 'x', 'Give an address such as https://example.com.'],
    ['another form', z.string().regex(/^a$/), 'x', 'This does not have the form that is expected here.'],
    ['a name too many', z.strictObject({}), { more: 1 }, 'Leave out more: nothing here has that name.'],
    ['neither of two', z.union([z.string(), z.number()]), true, 'This is not a value that fits here.'],
    ['a nested one', z.object({ list: z.array(z.number()) }), { list: ['x'] }, 'Give a number.'],
  ])('%s', (_what, schema, value, message) => {
    expect(said(schema, value)).toEqual([message])
  })

  test('a schema’s own words stand', () => {
    expect(said(z.string().min(3, 'needs three'), 'a')).toEqual(['needs three'])
  })
})
