import { redirect } from '@sveltejs/kit'
import { createClient, query } from '#lib/graphql/client.ts'
import { Failure } from '#lib/graphql/failure.ts'
import { safeTarget } from '#lib/routes.ts'
import type { PageServerLoad } from './$types'
import { signInMethodsQuery } from './sign-in.documents.ts'

export const load: PageServerLoad = async ({ fetch, url }) => {
  const response = await fetch('/api/auth/get-session')
  const session: unknown = response.ok ? await response.json() : null
  if (session) redirect(303, safeTarget(url.searchParams.get('to')))
  return { oidc: await findOidc(fetch) }
}

/** Without an answer the password is still offered: signing in says what is wrong. */
async function findOidc(fetch: typeof globalThis.fetch): Promise<{ name: string; path: string } | null> {
  try {
    const client = createClient(fetch)
    return (await query({ document: signInMethodsQuery, variables: {}, client })).signInMethods.oidc
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return null
  }
}
