import { describe, expect, test } from 'bun:test'
import { AppError } from '@quillworks/service-kit/errors'
import { filterOf, type GivenFilter } from './execution-filter-input.ts'

/** The fields and words of what is wrong with it. */
function problems(given: GivenFilter): string[] {
  try {
    filterOf(given)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.code).toBe('input.invalid')
    return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  }
  return []
}

describe('a search', () => {
  const id = '0198f3a2-4b5c-7d6e-8f70-123456789abc'
  const asIds: [text: string, from: string, to: string][] = [
    [id, id, id],
    [` ${id.toUpperCase()} `, id, id],
    ['0198f3a2-', '0198f3a2-0000-0000-0000-000000000000', '0198f3a2-ffff-ffff-ffff-ffffffffffff'],
    ['0198f3a2-4b', '0198f3a2-4b00-0000-0000-000000000000', '0198f3a2-4bff-ffff-ffff-ffffffffffff'],
  ]
  test.each(asIds)('for %p is for ids', (text, from, to) => {
    const filter = filterOf({ text })
    expect([filter.idsFromTo, filter.text]).toEqual([[from, to], undefined])
  })

  test.each(['0198f3a2', '0198f3a2-4b5c7', '0198f3a2-zz', 'my-letter', `${id}0`])(
    'for %p is for names',
    (text) => {
      const filter = filterOf({ text })
      expect([filter.idsFromTo, filter.text]).toEqual([undefined, text])
    },
  )

  test('for nothing is none', () => expect(filterOf({ text: '  ' }).text).toBeUndefined())
})

describe('what cannot be asked is refused, all of it at once', () => {
  const cases: [given: GivenFilter, problems: string[]][] = [
    [{ text: ' a ' }, ['filter.text: Give at least 2 characters to look for.']],
    [{ text: 'a'.repeat(201) }, ['filter.text: Give at most 200 characters to look for.']],
    [{ text: 'a\0b' }, ['filter.text: U+0000 stands in no name.']],
    [{ model: 'writer' }, ['filter.model: A model is written provider/model, such as demo/writer.']],
    [{ costAtLeast: -1 }, ['filter.costAtLeast: Give US dollars from 0 to 1,000,000.']],
    [{ costAtMost: Number.NaN }, ['filter.costAtMost: Give US dollars from 0 to 1,000,000.']],
    [
      { costAtLeast: 2, costAtMost: 1 },
      ['filter.costAtMost: This is less than costAtLeast: nothing can cost that.'],
    ],
    [
      { createdAfter: new Date(2), createdBefore: new Date(1) },
      ['filter.createdBefore: This is not after createdAfter: nothing was made between.'],
    ],
    [{ trigger: Array<string>(51).fill('x') }, ['filter.trigger: Name at most 50.']],
    [{ ids: ['x'], createdBy: 'y' }, ['filter.ids: An id is a UUID.', 'filter.createdBy: An id is a UUID.']],
  ]
  test.each(cases)('%p', (given, expected) => expect(problems(given)).toEqual(expected))
})

test('what is left out does not limit, but utility runs are no history', () => {
  const limits = Object.entries(filterOf({})).filter(([, value]) => value !== undefined)
  expect(limits).toEqual([['track', true]])
  expect(filterOf(null)).toEqual({ track: true })
  expect(filterOf({ track: null }).track).toBeUndefined()
})

test('dollars are counted in billionths, and what waits for something waits', () => {
  const filter = filterOf({ costAtLeast: 0.0021, costAtMost: 12.4, waitingFor: ['input'] })
  expect(filter).toMatchObject({ costFrom: 2_100_000, costTo: 12_400_000_000, status: ['waiting'] })
})
