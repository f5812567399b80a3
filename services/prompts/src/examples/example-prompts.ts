import type { NewPrompt } from '../prompt/prompt.usecases.ts'
export const examplePrompts: readonly NewPrompt[] = []
