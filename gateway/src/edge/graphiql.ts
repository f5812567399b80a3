import { createHash } from 'node:crypto'
import type { GraphiQLOptions } from 'graphql-yoga'
import type { GatewayPlugin } from '../context.ts'

/** What the page may do: run the scripts inside it, its workers too, and ask this origin. */
function policyFor(html: string): string {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  )
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    'worker-src blob:',
    // The editor positions its parts by styles that it writes.
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/**
 * GraphiQL with all that it needs inside the page, so that it works without internet, under a policy that lets nothing
 * else in. It is loaded when someone opens it: its text has 9 MB.
 */
export function createGraphiql(): {
  render: (options?: GraphiQLOptions) => Promise<string>
  plugin: GatewayPlugin
} {
  let policy = "default-src 'none'"
  return {
    async render(options) {
      const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
      const html = renderGraphiQL(options)
      policy = policyFor(html)
      return html
    },
    plugin: {
      onResponse({ response }) {
        if (!response.headers.get('content-type')?.startsWith('text/html')) return
        response.headers.set('content-security-policy', policy)
      },
    },
  }
}
