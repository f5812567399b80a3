/** A request as bytes, ready to be sent again and again. */
export function rawRequest(input: { url: string; headers: Record<string, string>; body: string }): {
  port: number
  bytes: string
} {
  const { port, pathname, host } = new URL(input.url)
  const headers = {
    host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(input.body)),
    ...input.headers,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return { port: Number(port), bytes: `POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${input.body}` }
}

/** One kept connection, one request at a time: what a client costs at least. */
export async function rawConnection(port: number): Promise<{
  send: (bytes: string) => Promise<string>
  close: () => void
}> {
  let received = ''
  let waiting: PromiseWithResolvers<string> | undefined
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data(_socket, bytes) {
        received += bytes.toString('latin1')
        if (!isWhole(received)) return
        const whole = received
        received = ''
        waiting?.resolve(whole)
      },
      close: () => waiting?.reject(new Error('The connection was closed.')),
      error: (_socket, error) => waiting?.reject(error),
    },
  })
  return {
    send: (bytes) => {
      waiting = Promise.withResolvers()
      socket.write(bytes)
      return waiting.promise
    },
    close: () => socket.end(),
  }
}

function isWhole(text: string): boolean {
  const bodyAt = text.indexOf('\r\n\r\n') + 4
  if (bodyAt < 4) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, bodyAt))?.[1]
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= bodyAt + Number(length)
}
