import type { Step } from '../executions/execution.documents.ts'
import { modelInput } from '../executions/step-text.ts'
import type { RenderedWith } from './marked-text.ts'

/** One turn of a conversation: what was sent, the answer that counts, and the answers it replaced. */
export interface Message {
  step: Step
  earlier: Step[]
}

/** The conversation in order. A regenerated answer stands where the first one stood. */
export function messagesOf(steps: Step[]): Message[] {
  const messages: Message[] = []
  const places = new Map<string, Message>()
  for (const step of steps) {
    if (step.kind !== 'model') continue
    const first = step.replaces ?? step.key
    const found = places.get(first)
    const message: Message = found ?? { step, earlier: [] }
    if (found) Object.assign(found, { step, earlier: [...found.earlier, found.step] })
    else messages.push(message)
    places.set(step.key, message)
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The version of the prompt that a message was rendered from, where it is told. */
export function versionOf({ input }: Pick<Step, 'input'>): number | undefined {
  const prompt = isRecord(input) ? input['prompt'] : undefined
  const version = isRecord(prompt) ? prompt['version'] : undefined
  return typeof version === 'number' ? version : undefined
}

function isSnippet(value: unknown): value is { id: string; name: string; version: number } {
  return (
    isRecord(value) &&
    typeof value['id'] === 'string' &&
    typeof value['name'] === 'string' &&
    typeof value['version'] === 'number'
  )
}

/** What a message was rendered with, as it is stored with it. */
export function renderedWith(step: Pick<Step, 'input'>): RenderedWith {
  const input = isRecord(step.input) ? step.input : {}
  const sources = isRecord(input['sources']) ? Object.entries(input['sources']) : []
  const snippets = Array.isArray(input['snippets']) ? input['snippets'].filter(isSnippet) : []
  return {
    values: modelInput(step).values,
    origins: Object.fromEntries(sources.map(([name, from]) => [name, String(from)])),
    snippets,
  }
}
