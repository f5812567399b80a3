import type { AnyVariables, DocumentInput } from '@urql/core'
import { error, redirect } from '@sveltejs/kit'
import { signInRoute } from '../routes.ts'
import { placeOf } from '../place.ts'
import { firstPageOf } from '../ui/pages.ts'
import { createClient, query } from './client.ts'
import { Failure } from './failure.ts'

/** What a page load needs of SvelteKit's load event. */
export interface LoadEvent {
  fetch: typeof globalThis.fetch
  url: URL
  params: Readonly<Record<string, string | undefined>>
}

interface PageRequest<Data, Variables extends AnyVariables> {
  event: LoadEvent
  document: DocumentInput<Data, Variables>
  variables: Variables
}

/**
 * Reads what a page shows. A missing thing is a 404 page, no session is the sign-in page, trouble is a 503 page. Where the
 * address names a place in a list that is none, the list begins at its first page.
 */
export async function loadQuery<Data, Variables extends AnyVariables>(
  request: PageRequest<Data, Variables>,
): Promise<Data> {
  const { event, document, variables } = request
  try {
    return await query({ document, variables, client: createClient(event.fetch, placeOf(event.params)) })
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code === 'auth.unauthenticated')
      redirect(303, signInRoute(event.url.pathname + event.url.search))
    const { code, message, issues } = failure
    const firstPage = firstPageOf(event.url, issues)
    if (firstPage) redirect(307, firstPage)
    error(code.endsWith('.not_found') || code === 'input.invalid' ? 404 : 503, { code, message })
  }
}

/** The 404 page in words of what was looked for. */
export function missing(message: string): never {
  error(404, { code: 'missing', message })
}
