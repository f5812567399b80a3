import { identityHeader } from '@quillworks/service-kit/identity'

// Headers of one connection, and those that only this gateway may say.
const dropped = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  identityHeader,
]

/**
 * Passes page and asset requests on to the web process and streams its answers back as they are: still compressed, and
 * ended on both sides when the browser leaves.
 */
export function createWebProxy(input: { webUrl: string; publicUrl: string }) {
  const own = new URL(input.publicUrl)

  return async (request: Request, clientAddress: string): Promise<Response> => {
    const url = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of dropped) headers.delete(name)
    headers.set('x-forwarded-for', clientAddress)
    headers.set('x-forwarded-host', request.headers.get('host') ?? own.host)
    headers.set('x-forwarded-proto', own.protocol.slice(0, -1))
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
    try {
      const answer = await fetch(new URL(url.pathname + url.search, input.webUrl), {
        method: request.method,
        headers,
        redirect: 'manual',
        signal: request.signal,
        decompress: false,
        ...(hasBody ? { body: await request.arrayBuffer() } : {}),
      })
      const passed = new Headers(answer.headers)
      for (const name of ['connection', 'keep-alive', 'transfer-encoding']) passed.delete(name)
      return new Response(answer.body, { status: answer.status, headers: passed })
    } catch {
      return new Response('The pages of Quillworks are not available now. Try again in a moment.\n', {
        status: 503,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' },
      })
    }
  }
}
