import { Client, fetchExchange, type AnyVariables, type CombinedError, type DocumentInput } from '@urql/core'
import { here } from '../frame/here.ts'
import { connection } from '../live/connection.svelte.ts'
import { session } from '../live/session.svelte.ts'
import { placeHeaders, type Place } from '../place.ts'
import { Failure, toFailure } from './failure.ts'

const options = { url: '/graphql', exchanges: [fetchExchange], preferGetMethod: false }

/** A client for one page load; `fetch` is SvelteKit's, which carries the reader's cookie on the server. */
export function createClient(fetch: typeof globalThis.fetch, place?: Partial<Place>): Client {
  return new Client({ ...options, fetch, fetchOptions: { headers: placeHeaders(place) } })
}

const browserClient = new Client({ ...options, fetchOptions: () => ({ headers: placeHeaders(here()) }) })

const inBrowser = typeof location !== 'undefined'

/** In the browser a lost session is noted, which the page tells; what one has written stays where it is. */
function refused(error: CombinedError): Failure {
  const failure = toFailure(error)
  if (inBrowser && failure.code === 'auth.unauthenticated') session.lost()
  return failure
}

function answered<Data>(data: Data | undefined): Data {
  if (data === undefined) throw new Failure('internal', 'The server answered without data.')
  if (inBrowser && session.ended) session.back()
  return data
}

interface Request<Data, Variables extends AnyVariables> {
  document: DocumentInput<Data, Variables>
  variables: Variables
  client?: Client
}

/** Sends a query and gives its data; rejects with a `Failure`. */
export async function query<Data, Variables extends AnyVariables>(
  request: Request<Data, Variables>,
): Promise<Data> {
  const { document, variables, client = browserClient } = request
  const { data, error } = await client.query(document, variables).toPromise()
  if (error) throw refused(error)
  return answered(data)
}

/** A mutation whose answer was lost may have arrived; each is sent with a key, so that again is never twice. */
function unsure(failure: Failure): Failure {
  if (failure.code !== 'network.unreachable') return failure
  return new Failure(
    failure.code,
    'The connection was lost, so it is not known whether this arrived. Send the same again: it counts only once.',
  )
}

/** Sends a mutation and gives its data; rejects with a `Failure`. */
export async function mutate<Data, Variables extends AnyVariables>(
  request: Request<Data, Variables>,
): Promise<Data> {
  const { document, variables, client = browserClient } = request
  const { data, error } = await client.mutation(document, variables).toPromise()
  if (error) throw unsure(refused(error))
  // Where nothing is pushed, what was begun or ended by this is asked for at once.
  if (inBrowser) connection.poller.now()
  return answered(data)
}
