/** graphql-ws over a few sockets that are shared by many subscriptions, as the tab of a browser does it. */
export interface Sockets {
  /** Settles when the subscription completes; `hear` gets each message as it came. */
  follow: (lane: number, payload: object, hear: (text: string) => unknown) => Promise<void>
  close: () => void
}

interface Following {
  hear: (text: string) => unknown
  resolve: () => void
  reject: (error: Error) => void
}

export async function openSockets(input: {
  url: string
  authorization: string
  count: number
}): Promise<Sockets> {
  const { url, authorization } = input
  const following = new Map<string, Following>()
  let last = 0
  const open = () =>
    new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
      socket.addEventListener('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })),
      )
      socket.addEventListener('error', () => reject(new Error('A socket could not be opened.')))
      socket.addEventListener('message', ({ data }) => {
        const text = String(data)
        if (text.includes('"connection_ack"')) return resolve(socket)
        if (text.includes('"type":"ping"')) return socket.send('{"type":"pong"}')
        const id = /"id":"(\d+)"/.exec(text)?.[1] ?? ''
        const one = following.get(id)
        if (text.includes('"type":"next"')) return void one?.hear(text)
        following.delete(id)
        if (text.includes('"type":"complete"')) one?.resolve()
        else one?.reject(new Error(text))
      })
    })
  const sockets = await Promise.all(Array.from({ length: input.count }, open))
  return {
    follow: (lane, payload, hear) =>
      new Promise((resolve, reject) => {
        const id = String((last += 1))
        following.set(id, { hear, resolve, reject })
        sockets[lane % sockets.length]?.send(JSON.stringify({ id, type: 'subscribe', payload }))
      }),
    close: () => sockets.forEach((socket) => socket.close()),
  }
}
