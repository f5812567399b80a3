import type { AnyVariables, DocumentInput } from '@urql/core'
import { error, redirect } from '@sveltejs/kit'
import { routes } from '../routes.ts'
import { createClient, query } from './client.ts'
import { Failure } from './failure.ts'

interface PageRequest<Data, Variables extends AnyVariables> {
  /** SvelteKit's load event. */
  event: { fetch: typeof globalThis.fetch; url: URL }
  document: DocumentInput<Data, Variables>
  variables: Variables
}

/** Reads what a page shows. A missing thing is a 404 page, no session is the sign-in page, trouble is a 503 page. */
export async function loadQuery<Data, Variables extends AnyVariables>(
  request: PageRequest<Data, Variables>,
): Promise<Data> {
  const { event, document, variables } = request
  try {
    return await query({ document, variables, client: createClient(event.fetch) })
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code === 'auth.unauthenticated')
      redirect(303, routes.signIn(event.url.pathname + event.url.search))
    const { code, message } = failure
    error(code.endsWith('.not_found') || code === 'input.invalid' ? 404 : 503, { code, message })
  }
}

/** The 404 page in words of what was looked for. */
export function missing(message: string): never {
  error(404, { code: 'missing', message })
}
