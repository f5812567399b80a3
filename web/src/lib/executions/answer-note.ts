import type { Attempt, Step } from './execution.documents.ts'

type Answered = Pick<Step, 'kind' | 'status'> & { attempts: Pick<Attempt, 'finishReason'>[] }

/** What to say of an answer that ended well by its provider's account and is still not what was asked for. */
export function answerNote({ kind, status, attempts }: Answered, text: string): string | undefined {
  if (kind !== 'model' || status !== 'succeeded') return undefined
  const empty = text.trim() === ''
  switch (attempts.at(-1)?.finishReason) {
    case 'refused':
      return empty ? 'The model declined to answer.' : 'The model declined to answer. What it said is kept.'
    case 'length':
      return empty
        ? 'The answer was empty: all the room that it had was used up before any text.'
        : 'The answer was cut off at the greatest length that it may have.'
    default:
      return empty ? 'The answer was empty.' : undefined
  }
}
