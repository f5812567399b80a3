import type { StepSpec } from '../contract/plan.ts'
import type { ModelInput } from '../contract/plan.ts'
import { badContent } from './database.ts'
import { answerText, callOutput } from './outside.ts'
import type { Script } from './plans.ts'

/** What a step comes to when nobody interferes: the end of its script. */
export interface Expected {
  status: 'succeeded' | 'failed' | 'timed_out' | 'skipped' | 'refused by the database'
  output: unknown
  /** Failures that count, where the step ends by them. */
  failures: number | null
  code: string | null
}

/**
 * Carries out a plan in one's head, step by step, by what the contract says of plans and by what the world will do.
 * Knows nothing of the engine.
 */
export function expectedOf(
  plan: { steps: StepSpec[]; input: Record<string, unknown> },
  scriptOf: (stepKey: string) => Script,
): Map<string, Expected> {
  const expected = new Map<string, Expected>()
  const byKey = new Map(plan.steps.map((step) => [step.key, step]))
  const visit = (step: StepSpec): Expected => {
    const known = expected.get(step.key)
    if (known) return known
    const before = step.after.map((key) => {
      const found = byKey.get(key)
      if (!found) throw new Error(`There is no step ${key}.`)
      return { key, result: visit(found) }
    })
    const result = before.every(({ result: { status } }) => status === 'succeeded')
      ? carriedOut(
          step,
          plan.input,
          new Map(before.map(({ key, result: { output } }) => [key, output])),
          scriptOf,
        )
      : { status: 'skipped' as const, output: null, failures: null, code: 'step.skipped' }
    expected.set(step.key, result)
    return result
  }
  for (const step of plan.steps) visit(step)
  return expected
}

function carriedOut(
  step: StepSpec,
  input: Record<string, unknown>,
  before: Map<string, unknown>,
  scriptOf: (stepKey: string) => Script,
): Expected {
  if (step.kind === 'template') return succeeded(filled(step.input.template, input, before))
  const script = scriptOf(step.key)
  const most = step.retry?.maxAttempts ?? 3
  const worker = step.kind === 'call'
  switch (script.end) {
    case 'ok':
    case 'bad content': {
      const output = worker
        ? callOutput(step.input.body, Object.fromEntries(before))
        : answerText(singleRequest(step.input))
      return script.end === 'ok'
        ? succeeded(output)
        : { status: 'refused by the database', output: badContent, failures: null, code: null }
    }
    case 'fatal':
      return failed(script.fails + 1, worker ? 'desk.fatal' : 'model.invalid_request')
    case 'exhaust':
      return failed(most, worker ? 'desk.retryable' : 'model.overloaded')
    case 'bad reply':
      return worker ? failed(script.fails + 1, 'step.bad_reply') : failed(most, 'step.internal')
    case 'hang':
      return { status: 'timed_out', output: null, failures: null, code: 'step.timed_out' }
  }
}

function succeeded(output: unknown): Expected {
  return { status: 'succeeded', output, failures: null, code: null }
}

function failed(failures: number, code: string): Expected {
  return { status: 'failed', output: null, failures, code }
}

function filled(template: string, input: Record<string, unknown>, before: Map<string, unknown>): string {
  let text = template
  for (const [name, value] of Object.entries(input))
    text = text.split(`{{input.${name}}}`).join(String(value))
  // From the longest name on would not matter: braces end each name.
  for (const [key, value] of before) text = text.split(`{{${key}}}`).join(String(value))
  return text
}

function singleRequest(input: ModelInput) {
  return { model: input.model, system: input.system, messages: userTurn([input.body, input.message]) }
}

function userTurn(parts: string[]) {
  const content = parts.filter((part) => part !== '').join('\n\n')
  return content === '' ? [] : [{ role: 'user', content }]
}

/** A message of a conversation, with the answers that it got. */
export interface Turn {
  input: Pick<ModelInput, 'model' | 'system' | 'body' | 'message'>
  /** The answer that counts when the next message is sent; null for none. */
  answer: string | null
}

/** What the model says to `current` after `earlier`, of which every message counts, also one that got no answer. */
export function expectedAnswer(earlier: Turn[], current: Turn['input'], model: string): string {
  const messages: { role: string; content: string }[] = []
  earlier.forEach(({ input, answer }, index) => {
    messages.push(...userTurn([index === 0 ? current.body : '', input.message]))
    if (answer !== null) messages.push({ role: 'assistant', content: answer })
  })
  messages.push(...userTurn([earlier.length === 0 ? current.body : '', current.message]))
  return answerText({ model, system: current.system, messages })
}
