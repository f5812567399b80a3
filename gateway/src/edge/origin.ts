/** True for requests of programs (no Origin) and of pages that this deployment serves itself. */
export function isOwnOrigin(headers: Headers, publicUrl: string): boolean {
  const origin = headers.get('origin')
  if (origin === null) return true
  if (!URL.canParse(origin)) return false
  const { host } = new URL(origin)
  return host === headers.get('host') || origin === new URL(publicUrl).origin
}
