import { expect, test } from 'bun:test'
import { gunzipSync } from 'node:zlib'
import { compressed } from './compressed.ts'

const asking = (encoding: string) => new Request('http://x/', { headers: { 'accept-encoding': encoding } })
const page = (text: string, type = 'text/html; charset=utf-8') =>
  new Response(text, { status: 404, headers: { 'content-type': type, etag: '"a"' } })
const long = 'ink '.repeat(1_000)

test('a page is sent as gzip to those who take it', async () => {
  const answer = await compressed(asking('gzip, br'), page(long))
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  expect(answer.headers.get('etag')).toBe('W/"a"')
  expect(gunzipSync(await answer.arrayBuffer()).toString()).toBe(long)
})

test('what is short, no text, or not asked for stays as it is', async () => {
  for (const [request, response] of [
    [asking('gzip'), page('short')],
    [asking('gzip'), page(long, 'image/png')],
    [asking('identity'), page(long)],
  ] as const) {
    const answer = await compressed(request, response)
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect((await answer.text()).length).toBeGreaterThan(4)
  }
})
