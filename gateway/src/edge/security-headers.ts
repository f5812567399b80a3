const common = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Puts the headers on that every answer of this origin carries; https adds that it stays https. */
export function withSecurityHeaders(response: Response, publicUrl: string): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(common)) if (!headers.has(name)) headers.set(name, value)
  if (publicUrl.startsWith('https:')) headers.set('strict-transport-security', 'max-age=31536000')
  return new Response(response.body, { status: response.status, headers })
}
