import { connect, type Socket } from 'node:net'
import { once } from 'node:events'

/** A client that sends what it must and then never reads: a frozen tab, a suspended laptop. */
async function open(url: string, head: string[]): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, 'connect')
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return socket
}

function masked(text: string): Buffer {
  const payload = Buffer.from(text)
  const key = Buffer.from([1, 2, 3, 4])
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255])
  const body = payload.map((byte, index) => byte ^ (key[index % 4] ?? 0))
  return Buffer.concat([Buffer.from([0x81]), length, key, body])
}

/** Subscribes over graphql-ws, then stops reading. */
export async function stuckSocket(url: string, cookie: string, payload: object): Promise<Socket> {
  const socket = await open(url, [
    'GET /graphql HTTP/1.1',
    'Host: localhost',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
    `Cookie: ${cookie}`,
  ])
  let heard = ''
  socket.on('data', (chunk) => (heard += chunk.toString()))
  const until = async (word: string) => {
    while (!heard.includes(word)) await once(socket, 'data')
  }
  await until('\r\n\r\n')
  socket.write(masked(JSON.stringify({ type: 'connection_init' })))
  await until('connection_ack')
  socket.write(masked(JSON.stringify({ id: '1', type: 'subscribe', payload })))
  socket.pause()
  return socket
}

/** Subscribes by server-sent events and never reads. */
export async function stuckEvents(url: string, cookie: string, payload: object): Promise<Socket> {
  const body = JSON.stringify(payload)
  const socket = await open(url, [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    'Accept: text/event-stream',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Cookie: ${cookie}`,
  ])
  socket.pause()
  socket.write(body)
  return socket
}
