import { redirect } from '@sveltejs/kit'
import { findPlace } from '#lib/frame/find-place.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageServerLoad } from './$types'

/** An organization without a project leads to its first one. */
export const load: PageServerLoad = async (event) =>
  redirect(303, routesIn(await findPlace(event, event.params.organization)).home())
