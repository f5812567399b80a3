import { defineParams } from '@sveltejs/kit/params'
import { isPlaceName, isSlug } from './lib/place.ts'

/** `slug` names an organization or project; `place` is the first word of a short path such as `/prompts`. */
export const params = defineParams({
  slug: (param) => (isSlug(param) ? param : undefined),
  place: (param) => (isPlaceName(param) ? param : undefined),
})
