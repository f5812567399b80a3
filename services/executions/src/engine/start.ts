import type { z } from 'zod'
import type { startExecutionSchema } from '../contract/commands.ts'
import type { RetryPolicy, StepSpec } from '../contract/plan.ts'
import type { EngineEvent, TakenStep } from './events.ts'
import { inputRef, planInputRef, type ExecutionHeader, type StepPlan } from './state.ts'
import type { PayloadWrite } from './storage.ts'

export type StartRequest = z.output<typeof startExecutionSchema>

const defaultRetry: RetryPolicy = { maxAttempts: 3, delayMs: 1_000, maxDelayMs: 30_000 }

/** What the engine keeps of a step of a plan; its content goes to the payload `inputRef`. */
export function stepPlanOf(spec: StepSpec): StepPlan {
  return {
    key: spec.key,
    kind: spec.kind,
    name: spec.name ?? null,
    after: [...new Set(spec.after)],
    retry: spec.retry ?? defaultRetry,
    timeoutMs: spec.timeoutMs ?? null,
    conversation: spec.kind === 'model' && spec.conversation,
    replaces: null,
    model: spec.kind === 'model' ? spec.input.model : null,
    inputRef: inputRef(spec.key),
  }
}

/** The first fact of a new execution, and the content that its plan brought. */
export function createdFrom(
  request: StartRequest,
  now: number,
  more: { derivedFrom: ExecutionHeader['derivedFrom']; taken: TakenStep[] } = {
    derivedFrom: null,
    taken: [],
  },
): { event: EngineEvent; payloads: PayloadWrite[] } {
  const { runAs, plan, source } = request
  const header: ExecutionHeader = {
    id: request.id,
    organizationId: runAs.organizationId,
    projectId: runAs.projectId,
    ownerId: runAs.userId,
    visibility: request.visibility,
    kind: request.kind,
    name: request.name,
    track: request.track,
    trigger: request.trigger,
    source: source ? { ...source, version: source.version ?? null } : null,
    derivedFrom: more.derivedFrom,
    planVersion: plan.version,
    conversation: plan.conversation,
    deadlineMs: plan.deadlineMs,
  }
  const steps = plan.steps.map(stepPlanOf)
  const payloads = plan.steps.map((spec): PayloadWrite => ({ ref: inputRef(spec.key), body: spec.input }))
  payloads.push({ ref: planInputRef, body: plan.input })
  return { event: { type: 'created', at: now, header, steps, taken: more.taken }, payloads }
}
