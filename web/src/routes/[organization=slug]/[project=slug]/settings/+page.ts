import { redirect } from '@sveltejs/kit'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = ({ params }) => redirect(307, routesIn(params).settings('account'))
