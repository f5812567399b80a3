/** A process of the benchmark itself (a caller, a worker, a load), so that what it costs is told apart. */
export interface Helper {
  pid: number
  /** Calls one of its functions; their arguments and answers are plain JSON. */
  ask: <Answer>(name: string, argument: unknown) => Promise<Answer>
  stop: () => Promise<void>
}

interface Request {
  number: number
  name: string
  argument: unknown
}

type Reply = { number: number; answer: unknown } | { number: number; error: string }

/** Starts a helper's file with `setup`, its one argument, and waits until it serves. */
export async function startHelper(file: string, setup: object): Promise<Helper> {
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  const ready = Promise.withResolvers<void>()
  const child = Bun.spawn([process.execPath, file, JSON.stringify(setup)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      NODE_ENV: 'production',
      BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
    },
    serialization: 'json',
    ipc(message) {
      if (message === 'ready') return ready.resolve()
      const reply = message as Reply
      const asked = waiting.get(reply.number)
      waiting.delete(reply.number)
      if ('error' in reply) asked?.reject(new Error(reply.error))
      else asked?.resolve(reply.answer)
    },
  })
  void child.exited.then((code) => {
    const error = new Error(`${file} ended with ${code}.`)
    ready.reject(error)
    for (const { reject } of waiting.values()) reject(error)
  })
  await ready.promise
  return {
    pid: child.pid,
    ask: <Answer>(name: string, argument: unknown) =>
      new Promise<Answer>((resolve, reject) => {
        const number = (last += 1)
        waiting.set(number, { resolve: (answer) => resolve(answer as Answer), reject })
        child.send({ number, name, argument } satisfies Request)
      }),
    stop: async () => {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** In the helper's file: serves its functions to whoever started it, and ends with that process. */
export function serveHelper(functions: Record<string, (argument: never) => Promise<unknown>>): void {
  const send = (message: unknown) => process.send?.(message)
  process.on('message', (message) => {
    const { number, name, argument } = message as Request
    const work = functions[name]
    const answer = work ? work(argument as never) : Promise.reject(new Error(`There is no ${name}.`))
    answer.then(
      (result) => send({ number, answer: result ?? null } satisfies Reply),
      (error: unknown) => send({ number, error: String(error) } satisfies Reply),
    )
  })
  process.on('disconnect', () => process.exit(0))
  send('ready')
}

/** In the helper's file: what it was started with. */
export function helperSetup<Setup>(): Setup {
  return JSON.parse(process.argv[2] ?? '{}') as Setup
}
