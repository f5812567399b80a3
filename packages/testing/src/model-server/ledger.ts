import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'

/**
 * One call as the server saw it. `outcome` is `open` while it streams, `completed` when all was sent, `failed` for
 * an HTTP error, `cut` where the script ended it early and `aborted` when the client went away first.
 */
export interface LedgerCall {
  index: number
  protocol: 'chat' | 'responses' | 'messages' | 'models'
  model: string
  stream: boolean
  /** The key that came with it, from either header. */
  key: string
  body: Record<string, unknown>
  eventsSent: number
  outcome: 'open' | 'completed' | 'failed' | 'cut' | 'aborted'
}

export interface Ledger {
  calls: readonly LedgerCall[]
  begin: (call: Omit<LedgerCall, 'index' | 'eventsSent' | 'outcome'>) => LedgerCall
  /** Only the first outcome counts. */
  end: (call: LedgerCall, outcome: Exclude<LedgerCall['outcome'], 'open'>) => void
  /** Resolves as soon as the condition holds for the calls so far. */
  waitFor: (condition: (calls: readonly LedgerCall[]) => boolean) => Promise<void>
  close: () => void
}

/** An append-only record of every call; with a file, each fact is a line that has reached the disk before it counts. */
export function createLedger(file?: string): Ledger {
  const calls: LedgerCall[] = []
  const waiting = new Set<() => void>()
  const handle = file === undefined ? undefined : openSync(file, 'a')

  function append(fact: unknown): void {
    if (handle !== undefined) {
      writeSync(handle, `${JSON.stringify(fact)}\n`)
      fsyncSync(handle)
    }
    for (const check of waiting) check()
  }

  return {
    calls,
    begin(fields) {
      const call: LedgerCall = { ...fields, index: calls.length, eventsSent: 0, outcome: 'open' }
      calls.push(call)
      append({ type: 'call', at: new Date().toISOString(), ...call })
      return call
    },
    end(call, outcome) {
      if (call.outcome !== 'open') return
      call.outcome = outcome
      append({
        type: 'end',
        at: new Date().toISOString(),
        index: call.index,
        outcome,
        eventsSent: call.eventsSent,
      })
    },
    async waitFor(condition) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const check = () => {
        if (condition(calls)) resolve()
      }
      waiting.add(check)
      check()
      await promise.finally(() => waiting.delete(check))
    },
    close() {
      if (handle !== undefined) closeSync(handle)
    },
  }
}
