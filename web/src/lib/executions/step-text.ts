import type { Step } from './execution.documents.ts'

interface ModelInput {
  message: string
  body: string
  system: string
  values: Record<string, unknown>
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** What a model step was given; empty where the server keeps it back. */
export function modelInput(step: Pick<Step, 'input'>): ModelInput {
  const input = isRecord(step.input) ? step.input : {}
  return {
    message: text(input['message']),
    body: text(input['body']),
    system: text(input['system']),
    values: isRecord(input['values']) ? input['values'] : {},
  }
}

/** The text that a step's stored output holds, whole or partial; null where there is none. */
export function outputText(output: unknown): string | null {
  if (typeof output === 'string') return output
  if (isRecord(output) && typeof output['text'] === 'string') return output['text']
  return null
}

/** A value as a person reads it. */
export function readable(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1)
}
