import { describe, expect, test } from 'bun:test'
import { CombinedError } from '@urql/core'
import { issueFor, toFailure } from './failure.ts'

describe('a failure', () => {
  test('takes code, words and issues from the first GraphQL error', () => {
    const issues = [{ path: ['values', 'tone'], message: 'Choose one of calm, sharp' }, 'not an issue']
    const failure = toFailure(
      new CombinedError({
        graphQLErrors: [{ message: 'Some values do not fit', extensions: { code: 'input.invalid', issues } }],
      }),
    )
    expect(failure.code).toBe('input.invalid')
    expect(failure.message).toBe('Some values do not fit')
    expect(failure.issues).toHaveLength(1)
    expect(issueFor(failure.issues, 'tone')).toBe('Choose one of calm, sharp')
    expect(issueFor(failure.issues, 'audience')).toBeUndefined()
  })

  test('says that nothing was sent when the server could not be reached', () => {
    const failure = toFailure(new CombinedError({ networkError: new TypeError('fetch failed') }))
    expect(failure.code).toBe('network.unreachable')
    expect(failure.message).toStartWith('The server could not be reached.')
  })

  test('promises nothing when the answer was lost', () => {
    const failure = toFailure(new CombinedError({ networkError: new Error('502') }))
    expect(failure.message).toStartWith('The server did not answer.')
  })
})
