import { redirect } from '@sveltejs/kit'
import { findPlace } from '#lib/frame/find-place.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageServerLoad } from './$types'

/** A short path such as `/prompts` leads to the same page of where one was last. */
export const load: PageServerLoad = async (event) => {
  const { pathname, search } = event.url
  redirect(307, `${routesIn(await findPlace(event)).home()}${pathname}${search}`)
}
