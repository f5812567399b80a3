import type { ModelMessage } from '../call-model.ts'

export function compose({ messages }: { system: string; messages: ModelMessage[]; brief: boolean }): string {
  return `Demo: ${messages.at(-1)?.content ?? ''}`
}
