import type { ExecutionDetail } from '../execution.documents.ts'

/** A newer state with the content that an older reading of the same execution has and it lacks. */
export function withContent(newer: ExecutionDetail, older: ExecutionDetail): ExecutionDetail {
  const known = new Map(older.steps.map((step) => [step.key, step]))
  const steps = newer.steps.map((step) => {
    const { input = null, output = null } = known.get(step.key) ?? {}
    return { ...step, input: step.input ?? input, output: step.output ?? output }
  })
  return { ...newer, output: newer.output ?? older.output, steps }
}
