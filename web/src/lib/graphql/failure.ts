import type { CombinedError } from '@urql/core'

export interface Issue {
  path: (string | number)[]
  message: string
}

/** What the server refused or why it could not be asked: a stable dotted code, words for people, issues per field. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly issues: Issue[] = [],
  ) {
    super(message)
    this.name = 'Failure'
  }
}

/** The server could not be asked at all. */
export const unreachable = {
  code: 'network.unreachable',
  message: 'The server could not be reached. Nothing was sent; try again when the connection is back.',
}
const signedOut = 'You are signed out. What you wrote here is kept; sign in and try again.'
const unanswered = 'The server did not answer. What was stored before is kept; try again.'

function isIssue(value: unknown): value is Issue {
  return (
    typeof value === 'object' &&
    value !== null &&
    'path' in value &&
    Array.isArray(value.path) &&
    'message' in value
  )
}

/** Reads the first error of a GraphQL answer, or the network's. */
export function toFailure(error: Pick<CombinedError, 'graphQLErrors' | 'networkError'>): Failure {
  const first = error.graphQLErrors[0]
  if (!first) {
    const neverLeft = error.networkError instanceof TypeError
    return new Failure(unreachable.code, neverLeft ? unreachable.message : unanswered)
  }
  const { code, issues } = first.extensions
  return new Failure(
    typeof code === 'string' ? code : 'internal',
    code === 'auth.unauthenticated' ? signedOut : first.message,
    Array.isArray(issues) ? issues.filter(isIssue) : [],
  )
}

/** The message for one form field, found by the last names of an issue's path: `values.tone` is field `tone`. */
export function issueFor(issues: Issue[], field: string): string | undefined {
  return issues.find(({ path }) => path.join('.') === field || path.slice(-1)[0] === field)?.message
}
