import type { StartExecution } from '@quillworks/executions/contract'
import { newId } from '@quillworks/service-kit/ids'

/** Where a step is done: inside the engine, or by an outside worker over NATS. */
export const stepKinds = ['template', 'call'] as const
export type BenchKind = (typeof stepKinds)[number]

export const stepsPerPlan = 5
export const runAs = {
  organizationId: '01990000-0000-7000-8000-00000000000a',
  projectId: '01990000-0000-7000-8000-00000000000b',
  userId: '01990000-0000-7000-8000-00000000000c',
  scopes: ['*'],
}
export const workerSubject = `qw-act.worker.${runAs.organizationId}.bench`

/** Five trivial steps, each after the one before and using its output. */
function planOf(kind: BenchKind): StartExecution['plan'] {
  const steps = Array.from({ length: stepsPerPlan }, (_, index) => {
    const place = { key: `s${index}`, after: index === 0 ? [] : [`s${index - 1}`] }
    if (kind === 'call') return { ...place, kind, input: { subject: workerSubject, body: { index } } }
    const template = index === 0 ? 'Hello {{input.name}}.' : `{{s${index - 1}}}`
    return { ...place, kind, input: { template } }
  })
  return { version: 1, steps, input: { name: 'bench' } }
}

const plans = { template: planOf('template'), call: planOf('call') }

export function startRequest(kind: BenchKind): StartExecution {
  return { id: newId(), kind: 'workflow', name: `bench ${kind}`, runAs, plan: plans[kind], trigger: 'api' }
}
