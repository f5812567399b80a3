import { QUILLWORKS_GATEWAY_URL } from '$app/env/private'
import type { Handle, HandleFetch, HandleServerError } from '@sveltejs/kit/hooks'
import { compressed } from '#lib/compressed.ts'
import { themeCookie, themeFrom } from '#lib/frame/theme.ts'

const ofTheGateway = ['/graphql', '/api/']

/** Requests of page loads go to the gateway in the reader's name, as they would from the browser. */
export const handleFetch: HandleFetch = async ({ event, request, fetch }) => {
  const url = new URL(request.url)
  if (url.origin !== event.url.origin || !ofTheGateway.some((path) => url.pathname.startsWith(path))) {
    return fetch(request)
  }
  const headers = new Headers(request.headers)
  headers.set('cookie', event.request.headers.get('cookie') ?? '')
  const body = request.method === 'GET' ? null : await request.arrayBuffer()
  return globalThis.fetch(new URL(url.pathname + url.search, QUILLWORKS_GATEWAY_URL), {
    method: request.method,
    headers,
    body,
    signal: request.signal,
  })
}

/** A page comes with its reader's theme, so that nothing flashes, and is kept nowhere: Back after signing out asks anew. */
export const handle: Handle = async ({ event, resolve }) => {
  const response = await resolve(event, {
    // urql reads it from answers that the page carries along.
    filterSerializedResponseHeaders: (name) => name === 'content-type',
    transformPageChunk: ({ html }) => html.replace('%theme%', themeFrom(event.cookies.get(themeCookie))),
  })
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store')
  return compressed(event.request, response)
}

/** A page that failed inside is one line of the log, in the form that every process writes. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind !== 'unknown') return
  const err = error instanceof Error ? { type: error.name, message: error.message, stack: error.stack } : {}
  const line = { level: 'error', time: new Date(), service: 'web', route: event.route.id, err }
  process.stdout.write(`${JSON.stringify({ ...line, msg: 'A page failed' })}\n`)
  return {
    code: 'internal',
    message: 'This page met an error that it did not expect. What was stored is kept.',
  }
}
