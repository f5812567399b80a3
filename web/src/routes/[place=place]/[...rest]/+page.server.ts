import { redirect } from '@sveltejs/kit'
import { placeOfObject } from '#lib/frame/find-object.ts'
import { findPlace } from '#lib/frame/find-place.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageServerLoad } from './$types'

/** A short path such as `/prompts` leads to the same page of where one was last, or of where the thing is that it names. */
export const load: PageServerLoad = async (event) => {
  const { pathname, search } = event.url
  const place = await placeOfObject(event.fetch, { pathname, here: await findPlace(event) })
  redirect(307, `${routesIn(place).home()}${pathname}${search}`)
}
