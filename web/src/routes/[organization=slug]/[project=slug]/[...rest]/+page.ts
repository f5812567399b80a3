import { error } from '@sveltejs/kit'
import type { PageLoad } from './$types'

/** No page has this address; said inside the frame, from where one can go on. */
export const load: PageLoad = () => error(404)
