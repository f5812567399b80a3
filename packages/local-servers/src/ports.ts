import { createServer } from 'node:net'

function tryListen(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

/** A TCP port of the loopback address that nobody used a moment ago. */
export function freePort(): Promise<number> {
  return tryListen(0, '127.0.0.1')
}

/** True when `port` can be listened on at `host` now. */
export async function isPortFree(options: { port: number; host?: string }): Promise<boolean> {
  try {
    await tryListen(options.port, options.host ?? '127.0.0.1')
    return true
  } catch {
    return false
  }
}
