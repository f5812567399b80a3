import { error, redirect, type Cookies } from '@sveltejs/kit'
import { createClient, query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { placeCookie, placeFrom, type Place } from '../place.ts'
import { signInRoute } from '../routes.ts'
import { placeQuery } from './viewer.documents.ts'

interface Asked {
  fetch: typeof globalThis.fetch
  url: URL
  cookies: Cookies
}

/** Where this person was last, if they may still go there, else their first organization. On the server only. */
export async function findPlace({ fetch, url, cookies }: Asked): Promise<Place> {
  const last = placeFrom(cookies.get(placeCookie))
  const ask = async (place?: Place): Promise<Place> => {
    const { viewer } = await query({
      document: placeQuery,
      variables: {},
      client: createClient(fetch, place),
    })
    return { organization: viewer.organization.slug, project: viewer.project.slug }
  }
  try {
    return await ask(last).catch((failure: unknown) => {
      if (last && failure instanceof Failure && failure.code.endsWith('.not_found')) return ask()
      throw failure
    })
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code === 'auth.unauthenticated') redirect(303, signInRoute(url.pathname + url.search))
    error(503, { code: failure.code, message: failure.message })
  }
}

/** Remembers where one is for the next short path, for a year. */
export function rememberPlace(cookies: Cookies, { organization, project }: Place): void {
  const place = `${organization}/${project}`
  if (cookies.get(placeCookie) === place) return
  cookies.set(placeCookie, place, { path: '/', maxAge: 31_536_000, sameSite: 'lax', secure: false })
}
