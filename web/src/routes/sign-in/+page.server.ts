import { redirect } from '@sveltejs/kit'
import { safeTarget } from '#lib/routes.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch, url }) => {
  const response = await fetch('/api/auth/get-session')
  const session: unknown = response.ok ? await response.json() : null
  if (session) redirect(303, safeTarget(url.searchParams.get('to')))
}
