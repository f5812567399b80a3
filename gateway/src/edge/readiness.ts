/** One part that serving needs; `probe` rejects while it cannot. */
export interface Part {
  name: string
  probe: (signal: AbortSignal) => Promise<unknown>
}

const deadlineMs = 2_000

/** A part that is another process with a `/readyz` of its own. */
export function processPart(name: string, url: string): Part {
  return {
    name,
    probe: async (signal) => {
      const answer = await fetch(new URL('/readyz', url), { signal })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`${name} is not ready`)
    },
  }
}

/** 200 only when every part can serve, else 503; either way the state of each. */
export async function readiness(parts: Part[]): Promise<Response> {
  const states = await Promise.all(
    parts.map(async ({ name, probe }) => {
      const signal = AbortSignal.timeout(deadlineMs)
      const timeout = new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('timeout'))),
      )
      const ok = await Promise.race([probe(signal), timeout]).then(
        () => true,
        () => false,
      )
      return [name, ok ? 'ok' : 'failing'] as const
    }),
  )
  const ready = states.every(([, state]) => state === 'ok')
  return Response.json(
    { status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(states) },
    { status: ready ? 200 : 503 },
  )
}
