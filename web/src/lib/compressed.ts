import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

const zip = promisify(gzip)
/** Below this many bytes nothing is gained. */
const worthBytes = 1_400
const isText = /^(text\/html|application\/json|text\/x-sveltekit)/

/** A page or its data as gzip, where the browser takes it; made beside the event loop. Files are compressed when built. */
export async function compressed(request: Request, response: Response): Promise<Response> {
  const accepted = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const { headers, status, statusText, body } = response
  if (
    !accepted ||
    !body ||
    headers.has('content-encoding') ||
    !isText.test(headers.get('content-type') ?? '')
  )
    return response
  const whole = await response.arrayBuffer()
  const more = new Headers(headers)
  more.append('vary', 'accept-encoding')
  if (whole.byteLength < worthBytes) return new Response(whole, { status, statusText, headers: more })
  more.set('content-encoding', 'gzip')
  more.delete('content-length')
  // A tag of the plain bytes is none of these.
  const tag = more.get('etag')
  if (tag && !tag.startsWith('W/')) more.set('etag', `W/${tag}`)
  const small = await zip(whole, { level: constants.Z_BEST_SPEED })
  return new Response(new Uint8Array(small), { status, statusText, headers: more })
}
