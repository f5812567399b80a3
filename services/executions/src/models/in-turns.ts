import type { ModelMessage } from './call-model.ts'

/**
 * The same messages taking turns: what one side said in a row becomes one message, and what says nothing is left out.
 * OpenAI and Anthropic would take them as they are; the templates of many models on servers of one's own refuse them.
 */
export function inTurns(messages: readonly ModelMessage[]): ModelMessage[] {
  const turns: ModelMessage[] = []
  for (const { role, content } of messages) {
    if (content.trim() === '') continue
    const last = turns.at(-1)
    if (last?.role === role) turns.splice(-1, 1, { role, content: `${last.content}\n\n${content}` })
    else turns.push({ role, content })
  }
  return turns
}
