import type { ExecutionState, StepState } from './state.ts'

/** One turn as it was stored: the input as given then, and the answer if there is one. */
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
 * that values given before never come back. The body leads the first user turn.
 */
export function conversationRequest(
  earlier: readonly Turn[],
  current: Omit<Turn, 'answer'>,
): { system: string; messages: ChatMessage[] } {
  const answered = earlier.filter((turn) => turn.answer !== null && turn.answer !== '')
  const turns = [...answered, { ...current, answer: null }]
  const messages: ChatMessage[] = []
  turns.forEach((turn, index) => {
    const user = index === 0 ? join(current.body, turn.message) : turn.message
    if (user !== '') messages.push({ role: 'user', content: user })
    if (turn.answer !== null) messages.push({ role: 'assistant', content: turn.answer })
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
