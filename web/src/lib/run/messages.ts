import type { Step } from '../executions/execution.documents.ts'
import { modelInput } from '../executions/step-text.ts'

/** One turn of a conversation: what was sent, the answer that counts, and the answers it replaced. */
export interface Message {
  step: Step
  earlier: Step[]
}

/** The conversation in order. A regenerated answer stands where the first one stood. */
export function messagesOf(steps: Step[]): Message[] {
  const messages: Message[] = []
  for (const step of steps) {
    if (step.kind !== 'model') continue
    const replaced = messages.find((message) => message.step.key === step.replaces)
    if (replaced) Object.assign(replaced, { step, earlier: [...replaced.earlier, replaced.step] })
    else messages.push({ step, earlier: [] })
  }
  return messages
}

/** The values of the last message sent; undefined before the first. */
export function lastValues(steps: Step[]): Record<string, unknown> | undefined {
  const last = messagesOf(steps).at(-1)
  return last && modelInput(last.step).values
}

/** What to call a model; the offline one is named as such. */
export function modelName(model: string | null): string {
  if (!model) return 'the server’s default model'
  return model.startsWith('demo/') ? `demo model (${model})` : model
}
