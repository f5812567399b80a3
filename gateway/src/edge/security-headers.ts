const common = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const pairs = Object.entries(common)

/** Puts the headers on that every answer of this origin carries; https adds that it stays https. */
export function withSecurityHeaders(response: Response, publicUrl: string): Response {
  try {
    put(response.headers, publicUrl)
    return response
  } catch {
    // Some answers, such as redirects, come with headers that cannot be changed.
    const headers = new Headers(response.headers)
    put(headers, publicUrl)
    return new Response(response.body, { status: response.status, headers })
  }
}

function put(headers: Headers, publicUrl: string): void {
  for (const [name, value] of pairs) if (!headers.has(name)) headers.set(name, value)
  if (publicUrl.startsWith('https:')) headers.set('strict-transport-security', 'max-age=31536000')
}
