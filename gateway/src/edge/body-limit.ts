import { AppError } from '@quillworks/service-kit/errors'

/** The largest body that is read, in bytes. */
export const maxBodyBytes = 1024 * 1024

function tooLarge(): AppError {
  return new AppError('body.too_large', 'Send a body of at most 1 MiB.')
}

/**
 * The request with a body that is known to be small enough, else `body.too_large`. What says its length is judged by
 * it; a body in chunks is read as far as the limit and no further.
 */
export async function withSmallBody(request: Request): Promise<Request> {
  const length = request.headers.get('content-length')
  if (length !== null) {
    if (Number(length) <= maxBodyBytes) return request
    throw tooLarge()
  }
  if (!request.body) return request
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    signal: request.signal,
    body: Buffer.concat(chunks),
  })
}
