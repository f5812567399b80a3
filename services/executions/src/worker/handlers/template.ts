import { planInputRef } from '../../engine/state.ts'
import { fillTemplate, placeholders } from '../../engine/template.ts'
import { z } from 'zod'
import type { StepHandler } from './handler.ts'

const inputSchema = z.object({ template: z.string() })
const valuesSchema = z.record(z.string(), z.unknown())

/** Fills a template with the outputs of steps before it and with the plan's input. */
export const templateHandler: StepHandler = async ({ state, step, read }) => {
  const first = await read([step.inputRef, planInputRef])
  const { template } = inputSchema.parse(first.get(step.inputRef))
  const values = valuesSchema.parse(first.get(planInputRef) ?? {})
  const refOf = new Map<string, string>()
  for (const name of placeholders(template)) {
    const ref = state.steps.get(name)?.outputRef
    if (ref) refOf.set(name, ref)
  }
  const outputs = await read([...refOf.values()])
  const output = fillTemplate(template, (name) => {
    const ref = refOf.get(name)
    if (ref !== undefined) return outputs.get(ref)
    const key = name.slice('input.'.length)
    return name.startsWith('input.') && Object.hasOwn(values, key) ? values[key] : undefined
  })
  return { output, usage: 'none', finishReason: null }
}
