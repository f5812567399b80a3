/** Asks over a socket of its own and hands on what comes, unparsed, until it holds `end`. */
export function rawStream(input: {
  port: number
  path: string
  headers: Record<string, string>
  body: string
  hear: (text: string) => unknown
  end: string
}): Promise<void> {
  const { port, path, body, hear, end } = input
  const headers = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...input.headers,
  })
  const request = `POST ${path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
  return new Promise((resolve, reject) => {
    let last = ''
    Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        open: (socket) => void socket.write(request),
        data(socket, bytes) {
          const text = bytes.toString('latin1')
          hear(text)
          const seen = last + text
          last = seen.slice(-300)
          if (!seen.includes(end)) return
          resolve()
          socket.end()
        },
        close: () => reject(new Error(`The stream ended early: ${last}`)),
        error: (_socket, error) => reject(error),
      },
    }).catch(reject)
  })
}
