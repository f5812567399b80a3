import type { HandleClientError } from '@sveltejs/kit/hooks'
import { unreachable } from '#lib/graphql/failure.ts'

/** What browsers, and Vite for styles, say when a page's code or data could not be fetched. */
const lost =
  /failed to fetch|networkerror|load failed|importing a module script|dynamically imported module|unable to preload/i

/** Says what kept a page from being shown: the network, or a mistake of ours. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return
  if (error instanceof Error && lost.test(error.message)) {
    return { status: 503, code: unreachable.code, message: unreachable.message }
  }
  console.error('A page failed', error)
  return {
    code: 'internal',
    message: 'This page met an error that it did not expect. What was stored is kept.',
  }
}
