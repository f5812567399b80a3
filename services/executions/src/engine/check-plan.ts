import type { Issue } from '@quillworks/service-kit/errors'
import type { ExecutionPlan, StepSpec } from '../contract/plan.ts'
import { ancestorsOf, stepsInCycles } from './plan-order.ts'
import { placeholders } from './template.ts'

/**
 * Every problem of a plan that its schema cannot see, each at its step: duplicate keys, unknown references, cycles,
 * placeholders that name no step before, subjects a call may not use. Empty when the plan can be carried out.
 */
export function checkPlan(plan: ExecutionPlan, organizationId: string): Issue[] {
  const byKey = new Map<string, StepSpec>()
  const issues: Issue[] = []
  const report = (index: number, field: string, message: string) =>
    issues.push({ path: ['plan', 'steps', index, field], message })

  plan.steps.forEach((step, index) => {
    if (byKey.has(step.key)) report(index, 'key', `There are two steps with the key ${step.key}.`)
    byKey.set(step.key, step)
  })
  plan.steps.forEach((step, index) => {
    for (const key of step.after) {
      if (!byKey.has(key))
        report(index, 'after', `The step ${step.key} comes after ${key}, which does not exist.`)
    }
  })
  const cyclic = stepsInCycles(plan.steps)
  plan.steps.forEach((step, index) => {
    if (cyclic.has(step.key)) report(index, 'after', `The step ${step.key} is part of a cycle.`)
  })
  if (issues.length > 0) return issues

  const isBefore = ancestorsOf(plan.steps)
  plan.steps.forEach((step, index) => {
    if (step.kind === 'template') {
      for (const problem of templateProblems(step, plan, isBefore)) report(index, 'input', problem)
    }
    const from = step.kind === 'model' ? step.input.messageFrom : undefined
    if (from !== undefined && !isBefore(from, step.key)) {
      report(
        index,
        'input',
        `The step ${step.key} takes its message from ${from}, which is no step before it.`,
      )
    }
    if (step.kind === 'call' && !isCallable(step.input.subject, organizationId)) {
      report(index, 'input', `The step ${step.key} may not call ${step.input.subject}.`)
    }
  })
  if (plan.steps.length === 0)
    issues.push({ path: ['plan', 'steps'], message: 'A plan needs at least one step.' })
  return issues
}

function templateProblems(
  step: Extract<StepSpec, { kind: 'template' }>,
  plan: ExecutionPlan,
  isBefore: (key: string, stepKey: string) => boolean,
): string[] {
  return placeholders(step.input.template).flatMap((name) => {
    if (name.startsWith('input.')) {
      if (Object.hasOwn(plan.input, name.slice('input.'.length))) return []
      return [`The step ${step.key} uses {{${name}}}, which the plan's input does not have.`]
    }
    if (isBefore(name, step.key)) return []
    return [`The step ${step.key} uses {{${name}}}, which is no step before it.`]
  })
}

/** Services' activities, and workers of the same organization; nothing of the engine itself. */
function isCallable(subject: string, organizationId: string): boolean {
  const [root, service, third, ...rest] = subject.split('.')
  if (root !== 'qw-act' || !third || service === 'executions') return false
  return service === 'worker' ? third === organizationId && rest.length === 1 : rest.length === 0
}
