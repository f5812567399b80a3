import type { Issue } from '@quillworks/service-kit/errors'
import type { ExecutionPlan, StepSpec } from '../contract/plan.ts'
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
  const cyclic = stepsInCycles(plan.steps, byKey)
  plan.steps.forEach((step, index) => {
    if (cyclic.has(step.key)) report(index, 'after', `The step ${step.key} is part of a cycle.`)
  })
  if (issues.length > 0) return issues

  plan.steps.forEach((step, index) => {
    if (step.kind === 'template') {
      for (const problem of templateProblems(step, plan, byKey)) report(index, 'input', problem)
    }
    if (step.kind === 'call' && !isCallable(step.input.subject, organizationId)) {
      report(index, 'input', `The step ${step.key} may not call ${step.input.subject}.`)
    }
  })
  if (plan.steps.length === 0)
    issues.push({ path: ['plan', 'steps'], message: 'A plan needs at least one step.' })
  return issues
}

/** Takes steps away whose predecessors are all gone; what stays is in a cycle or behind one. */
function stepsInCycles(steps: StepSpec[], byKey: Map<string, StepSpec>): Set<string> {
  const missing = new Map(steps.map((step) => [step.key, step.after.filter((key) => byKey.has(key)).length]))
  const followers = Map.groupBy(
    steps.flatMap((step) => step.after.map((before) => ({ before, key: step.key }))),
    ({ before }) => before,
  )
  const free = steps.filter((step) => missing.get(step.key) === 0).map((step) => step.key)
  for (let key = free.pop(); key !== undefined; key = free.pop()) {
    missing.delete(key)
    for (const follower of followers.get(key) ?? []) {
      const left = (missing.get(follower.key) ?? 0) - 1
      missing.set(follower.key, left)
      if (left === 0) free.push(follower.key)
    }
  }
  return new Set(missing.keys())
}

function templateProblems(
  step: Extract<StepSpec, { kind: 'template' }>,
  plan: ExecutionPlan,
  byKey: Map<string, StepSpec>,
): string[] {
  const before = ancestors(step, byKey)
  return placeholders(step.input.template).flatMap((name) => {
    if (name.startsWith('input.')) {
      if (Object.hasOwn(plan.input, name.slice('input.'.length))) return []
      return [`The step ${step.key} uses {{${name}}}, which the plan's input does not have.`]
    }
    if (before.has(name)) return []
    return [`The step ${step.key} uses {{${name}}}, which is no step before it.`]
  })
}

function ancestors(step: StepSpec, byKey: Map<string, StepSpec>): Set<string> {
  const found = new Set<string>()
  const open = [...step.after]
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (found.has(key)) continue
    found.add(key)
    open.push(...(byKey.get(key)?.after ?? []))
  }
  return found
}

/** Services' activities, and workers of the same organization; nothing of the engine itself. */
function isCallable(subject: string, organizationId: string): boolean {
  const [root, service, third, ...rest] = subject.split('.')
  if (root !== 'qw-act' || !third || service === 'executions') return false
  return service === 'worker' ? third === organizationId && rest.length === 1 : rest.length === 0
}
