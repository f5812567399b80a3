import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'

export interface CircuitOptions {
  /** Failures in a row that open it. */
  failures: number
  /** How long it stays open before one call may try. */
  openMs: number
  /** Which errors are the provider's state and not the caller's fault. */
  isFault: (error: unknown) => boolean
  /** It opened, or closed again. */
  onChange?: ((state: 'open' | 'closed') => void) | undefined
}

/** The circuit is open; a call may try again after `retryAfterMs`. */
export class CircuitOpenError extends Error {
  constructor(readonly retryAfterMs: number) {
    super('the circuit is open')
    this.name = 'CircuitOpenError'
  }
}

export interface Circuit {
  /** Runs `call`, which says by `alive` that the provider answers. */
  run: <T>(call: (alive: () => void) => Promise<T>) => Promise<T>
}

/**
 * A circuit breaker for calls that stream for minutes. Closed, it counts how each call ends. Half open, one call
 * tries, and its first sign of life closes the circuit: the others do not wait for its last token.
 */
export function createCircuit({ failures, openMs, isFault, onChange }: CircuitOptions): Circuit {
  const policy = circuitBreaker(handleWhen(isFault), {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(failures),
  })
  let openedAt = 0
  let isTrialAlive = false
  policy.onBreak(() => {
    openedAt = Date.now()
    onChange?.('open')
  })
  policy.onReset(() => onChange?.('closed'))

  return {
    async run(call) {
      // The policy would make the others wait for the trial; they are told at once instead.
      if (policy.state === CircuitState.HalfOpen && !isTrialAlive) throw new CircuitOpenError(1_000)
      let result: ReturnType<typeof call> | undefined
      let isTrial = false
      try {
        await policy.execute(async () => {
          const alive = Promise.withResolvers<void>()
          isTrial = policy.state === CircuitState.HalfOpen
          isTrialAlive = false
          result = call(() => {
            isTrialAlive = isTrial
            alive.resolve()
          })
          await (isTrial ? Promise.race([alive.promise, result]) : result)
        })
      } catch (error) {
        if (!(error instanceof BrokenCircuitError) || result !== undefined) throw error
        throw new CircuitOpenError(Math.max(1_000, openedAt + openMs - Date.now()))
      }
      if (result === undefined) throw new CircuitOpenError(openMs)
      if (!isTrial) return result
      // The trial closed the circuit at its first token; a fault later on counts as any other.
      return result.catch(async (error: unknown) => {
        await policy.execute(() => Promise.reject(error)).catch(() => undefined)
        throw error
      })
    },
  }
}
