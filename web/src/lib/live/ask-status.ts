import { Failure } from '../graphql/failure.ts'
import { placeHeaders, type Place } from '../place.ts'

/** What the server says of one execution: the fields of a list's row, and more. */
export interface PolledStatus {
  id: string
  revision: number
  status: string
}

export interface StatusAnswer {
  executions: PolledStatus[]
  /** Those that are not there any more, or not for the reader. */
  errors: { id: string; code: string; message: string }[]
  intervalSeconds: number
  leastIntervalSeconds: number
}

/** The server asked to be left alone for a while. */
export class TooOften extends Failure {
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number) {
    super('rate.limited', 'The server asks for fewer requests. It is asked again a little later.')
    this.retryAfterSeconds = retryAfterSeconds
  }
}

const longestMs = 10_000

/** `POST /api/executions/status` for at most a hundred executions; rejects with a `Failure`, after 10 s at the latest. */
export async function askStatus(
  asked: readonly { id: string; revision: number }[],
  place: Partial<Place> | undefined,
): Promise<StatusAnswer> {
  const response = await fetch('/api/executions/status', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...placeHeaders(place) },
    body: JSON.stringify({ ids: asked }),
    signal: AbortSignal.timeout(longestMs),
  }).catch(() => {
    throw new Failure('network.unreachable', 'The server could not be reached.')
  })
  if (response.ok) return (await response.json()) as StatusAnswer
  if (response.status === 429) throw new TooOften(Number(response.headers.get('retry-after') ?? 10))
  if (response.status === 401) throw new Failure('auth.unauthenticated', 'Nobody is signed in.')
  throw new Failure('service.unavailable', `The server answered with ${response.status}.`)
}
