import type { Ledger, LedgerCall } from './ledger.ts'
import type { Answer } from './script.ts'
import type { Wire, WireAnswer } from './wire.ts'

/** What happens after the events: a good end, a broken connection, or silence. */
type Ending = 'close' | 'reset' | 'stall'

interface Plan {
  chunks: (string | Uint8Array)[]
  ending: Ending
  outcome: 'completed' | 'cut'
}

const bombPiece = new Uint8Array(64 * 1024).fill(0x61)

/** The events of an answer, with its fault worked in. */
function planOf(wire: Wire, answer: Answer, wireAnswer: WireAnswer): Plan {
  const events = wire.events(wireAnswer)
  const fault = answer.fault
  switch (fault?.kind) {
    case 'cut':
      return {
        chunks: events.slice(0, fault.afterChunk),
        ending: fault.reset ? 'reset' : 'close',
        outcome: 'cut',
      }
    case 'stall':
      return { chunks: events.slice(0, fault.afterChunk), ending: 'stall', outcome: 'cut' }
    case 'error_event':
      return {
        chunks: [...events.slice(0, fault.afterChunk), wire.errorEvent(fault)],
        ending: 'close',
        outcome: 'cut',
      }
    case 'malformed':
      return {
        chunks: [
          ...events.slice(0, fault.afterChunk),
          (events[fault.afterChunk] ?? 'data: {}\n\n').replace(/\}\n\n$/, '\n\n'),
        ],
        ending: 'close',
        outcome: 'cut',
      }
    case 'byte_bomb': {
      const pieces = Math.ceil(fault.bytes / bombPiece.length)
      return {
        chunks: ['data: "', ...Array.from({ length: pieces }, () => bombPiece)],
        ending: 'close',
        outcome: 'cut',
      }
    }
    case 'half_tool_call':
      return { chunks: wire.halfToolCall(wireAnswer), ending: 'close', outcome: 'cut' }
    default:
      return { chunks: events, ending: 'close', outcome: 'completed' }
  }
}

export interface Playing {
  wire: Wire
  answer: Answer
  wireAnswer: WireAnswer
  call: LedgerCall
  ledger: Ledger
  signal: AbortSignal
}

/** The stream of a scripted answer: paced, faulty where the script says so, and noted in the ledger. */
export function playStream({
  wire,
  answer,
  wireAnswer,
  call,
  ledger,
  signal,
}: Playing): ReadableStream<Uint8Array> {
  const plan = planOf(wire, answer, wireAnswer)
  const encoder = new TextEncoder()
  const gone = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  signal.addEventListener('abort', () => ledger.end(call, 'aborted'), { once: true })

  function pause(milliseconds: number): Promise<void> {
    return milliseconds === 0 ? Promise.resolve() : Promise.race([Bun.sleep(milliseconds), gone])
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await pause(call.eventsSent === 0 ? answer.firstDelayMs : answer.chunkDelayMs)
      if (signal.aborted) return
      const chunk = plan.chunks[call.eventsSent]
      if (chunk !== undefined) {
        call.eventsSent += 1
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
        return
      }
      if (plan.ending === 'stall') return gone
      // What was sent must be on the wire before the connection breaks, or it would be lost with it.
      if (plan.ending === 'reset') await pause(10)
      ledger.end(call, plan.outcome)
      if (plan.ending === 'reset') controller.error()
      else controller.close()
    },
    cancel() {
      ledger.end(call, 'aborted')
    },
  })
}
