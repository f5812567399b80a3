import { createServer, connect, type Socket } from 'node:net'

export type Direction = 'to-server' | 'to-client'

/** What happens to bytes: passed on, thrown away in silence, or (`refuse`) new connections are closed at once. */
export type ProxyMode = 'pass' | 'black-hole' | 'refuse'

/** One pair of sockets; `upstreamPort` is the port by which the server knows it. */
export interface ProxiedConnection {
  id: number
  upstreamPort: number | undefined
  /** Breaks both ends at once (RST). */
  reset: () => void
}

/** Sees each chunk before it is passed on; `false` swallows it and all that follows on that connection. */
export type Intercept = (chunk: Buffer, direction: Direction, connection: ProxiedConnection) => boolean

/** A TCP proxy whose faults are set by hand: delay, loss, resets, half-closed connections, black holes. */
export interface TcpProxy {
  port: number
  connections: () => ProxiedConnection[]
  setMode: (mode: ProxyMode) => void
  /** Each chunk waits this long, in both directions; order is kept. */
  setDelay: (ms: number) => void
  setIntercept: (intercept: Intercept | undefined) => void
  resetAll: () => void
  /** Ends the direction to the server in good order; the other one stays open. */
  halfCloseAll: () => void
  close: () => Promise<void>
}

interface Link extends ProxiedConnection {
  client: Socket
  server: Socket
  isSwallowed: boolean
}

/** Listens on a free port of the loopback address and passes on to `target`. */
export async function startTcpProxy(target: { port: number }): Promise<TcpProxy> {
  const links = new Set<Link>()
  let mode: ProxyMode = 'pass'
  let delayMs = 0
  let intercept: Intercept | undefined
  let count = 0

  const carry = (link: Link, from: Socket, to: Socket, direction: Direction) => {
    from.on('data', (chunk: Buffer) => {
      if (link.isSwallowed || mode === 'black-hole') return
      if (intercept && !intercept(chunk, direction, link)) {
        link.isSwallowed = true
        return
      }
      const send = () => {
        if (to.destroyed || to.write(chunk)) return
        from.pause()
        to.once('drain', () => from.resume())
      }
      if (delayMs > 0) setTimeout(send, delayMs)
      else send()
    })
    from.on('end', () => {
      if (mode !== 'black-hole' && !link.isSwallowed) setTimeout(() => to.end(), delayMs)
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      setTimeout(() => to.destroy(), delayMs)
      links.delete(link)
    })
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (mode === 'refuse') {
      client.destroy()
      return
    }
    const upstream = connect({ port: target.port, host: '127.0.0.1', allowHalfOpen: true })
    const link: Link = {
      id: ++count,
      get upstreamPort() {
        return upstream.localPort
      },
      client,
      server: upstream,
      isSwallowed: false,
      reset: () => {
        client.resetAndDestroy()
        upstream.destroy()
      },
    }
    links.add(link)
    client.setNoDelay(true)
    upstream.setNoDelay(true)
    carry(link, client, upstream, 'to-server')
    carry(link, upstream, client, 'to-client')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const resetAll = () => {
    for (const link of Array.from(links)) link.reset()
  }
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    connections: () => [...links],
    setMode: (next) => {
      mode = next
    },
    setDelay: (ms) => {
      delayMs = ms
    },
    setIntercept: (next) => {
      intercept = next
    },
    resetAll,
    halfCloseAll: () => {
      for (const link of links) link.server.end()
    },
    close: () => {
      resetAll()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
