import { error, redirect, type Cookies } from '@sveltejs/kit'
import { createClient, query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { placeCookie, placeFrom, type Place } from '../place.ts'
import { signInRoute } from '../routes.ts'
import { placeQuery } from './viewer.documents.ts'

const isMissing = (failure: unknown) => failure instanceof Failure && failure.code.endsWith('.not_found')

interface Asked {
  fetch: typeof globalThis.fetch
  url: URL
  cookies: Cookies
}

/**
 * Where this person was last, if they may still go there, else their first organization; with `organization`, its first
 * project. On the server only.
 */
export async function findPlace({ fetch, url, cookies }: Asked, organization?: string): Promise<Place> {
  const last = organization ? { organization } : placeFrom(cookies.get(placeCookie))
  const ask = async (place?: Partial<Place>): Promise<Place> => {
    const { viewer } = await query({
      document: placeQuery,
      variables: {},
      client: createClient(fetch, place),
    })
    return { organization: viewer.organization.slug, project: viewer.project.slug }
  }
  try {
    return await ask(last).catch((failure: unknown) => {
      if (last && !organization && isMissing(failure)) return ask()
      throw failure
    })
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code === 'auth.unauthenticated') redirect(303, signInRoute(url.pathname + url.search))
    error(isMissing(failure) ? 404 : 503, { code: failure.code, message: failure.message })
  }
}

/** Remembers where one is for the next short path, for a year. */
export function rememberPlace(cookies: Cookies, { organization, project }: Place): void {
  const place = `${organization}/${project}`
  if (cookies.get(placeCookie) === place) return
  cookies.set(placeCookie, place, { path: '/', maxAge: 31_536_000, sameSite: 'lax', secure: false })
}
