import { isFinal } from '../contract/status.ts'
import type { ExecutionState, StepState } from './state.ts'

/** One turn as it was stored: the input as given then, and the answer as far as it went, if anything was said. */
export interface Turn {
  system: string
  body: string
  message: string
  answer: string | null
}

export interface ChatMessage {
  role: 'user' | 'assistant'
  content: string
}

/**
 * The request for `current`, which follows `earlier` in order. The system text and body are those of the current
 * message, rendered with its own values; of earlier messages only what the person typed and the answers are used, so
 * that values given before never come back. The body leads the first user turn. A message that got no answer still
 * counts, so that user turns may follow one another.
 */
export function conversationRequest(
  earlier: readonly Turn[],
  current: Omit<Turn, 'answer'>,
): { system: string; messages: ChatMessage[] } {
  const turns = [...earlier, { ...current, answer: null }]
  const messages: ChatMessage[] = []
  turns.forEach((turn, index) => {
    const user = index === 0 ? join(current.body, turn.message) : turn.message
    if (user !== '') messages.push({ role: 'user', content: user })
    if (turn.answer?.trim()) messages.push({ role: 'assistant', content: turn.answer })
  })
  return { system: current.system, messages }
}

function join(body: string, message: string): string {
  return [body, message].filter((part) => part !== '').join('\n\n')
}

/** The message that a turn answers: itself, or the one whose answer it takes the place of. */
export function messageOf(state: ExecutionState, step: StepState): StepState {
  return (step.replaces === null ? undefined : state.steps.get(step.replaces)) ?? step
}

/**
 * The tries whose text may be the answer to `message`, in the order in which they are believed; the first that said
 * anything is it. The newest whole answer counts, unless the reader stopped a newer one; where none is whole, the
 * newest that has ended. A try that broke by itself never takes the place of a whole answer.
 */
export function triesToBelieve(state: ExecutionState, message: StepState): StepState[] {
  const newestFirst = [...state.steps.values()]
    .filter((step) => messageOf(state, step) === message && isFinal(step.status))
    .toReversed()
  const whole = newestFirst.findIndex((step) => step.status === 'succeeded')
  return newestFirst.filter(
    ({ status }, index) => whole === -1 || index === whole || (index < whole && status === 'canceled'),
  )
}
