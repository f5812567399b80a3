import type { ExecutionSummary, TextFrame } from '@quillworks/executions/contract'
import {
  canSee,
  executionEventDataSchema,
  snapshotRequestSchema,
  snapshotSubject,
  type StateSnapshot,
  stepToStream,
  textPart,
  type TextSnapshot,
  textSubject,
} from '@quillworks/executions/contract'
import { createEvent, eventSubject } from '@quillworks/messaging/envelope'
import { notFound } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import type { NatsConnection } from 'nats'
import { type ExecutionView, viewOf } from '../src/live/execution-view.ts'
import { startFakeService } from './fake-service.ts'

interface FakeStep {
  key: string
  status: string
  attempt: number
  output: unknown
}
interface FakeEvent {
  revision: number
  type: string
  stepKey: string | null
  at: string
  data: unknown
}
interface FakeRow {
  organizationId: string
  summary: ExecutionSummary
  steps: FakeStep[]
  events: FakeEvent[]
}

export function summaryOf(
  over: Partial<ExecutionSummary> & { ownerId: string; projectId: string },
): ExecutionSummary {
  const now = '2026-01-31T12:00:00.000Z'
  return {
    id: newId(),
    revision: 1,
    kind: 'prompt',
    name: 'A run',
    status: 'running',
    waiting: null,
    track: true,
    visibility: 'private',
    source: null,
    error: null,
    progress: { done: 0, total: 1 },
    usage: {
      inputTokens: null,
      outputTokens: null,
      cachedTokens: null,
      costNanoUsd: null,
      unknownAttempts: 0,
      unpricedAttempts: 0,
      timeToFirstTokenMs: null,
    },
    createdAt: now,
    startedAt: now,
    finishedAt: null,
    updatedAt: now,
    ...over,
  }
}

/** Executions as the gateway sees them: a subgraph over rows in memory, and events and texts on a real NATS. */
export function startFakeExecutions(input: { secret: string; nats: () => NatsConnection; port?: number }) {
  const rows = new Map<string, FakeRow>()
  const texts = new Map<string, TextFrame[]>()
  const audit: object[] = []

  function visible(id: string, identity: { organizationId: string; userId: string }): FakeRow | undefined {
    const row = rows.get(id)
    return row && canSee({ organizationId: row.organizationId, ...row.summary }, identity) ? row : undefined
  }
  const shown = (row: FakeRow): ExecutionView & { steps: FakeStep[]; durationMs: null; output: unknown } => ({
    ...viewOf(row.summary),
    steps: row.steps.map((step) => ({
      ...step,
      kind: 'model',
      usage: viewOf(row.summary).usage,
      attempts: [],
    })),
    durationMs: null,
    output: row.steps.at(-1)?.output ?? null,
  })

  const service = startFakeService({
    name: 'executions',
    secret: input.secret,
    ...(input.port === undefined ? {} : { port: input.port }),
    resolvers: {
      Query: {
        auditEntries: () => audit,
        executionByKey: (_root, { idempotencyKey }: { idempotencyKey: string }, { identity }) => {
          const row = visible(idempotencyKey, identity)
          if (!row) throw notFound('execution')
          return shown(row)
        },
        execution: (_root, { id }: { id: string }, { identity }) => {
          const row = visible(id, identity)
          return row ? shown(row) : null
        },
        executions: (_root, { filter }: { filter?: { ids?: string[] } }, { identity }) => {
          const found = [...rows.keys()].flatMap((id) => visible(id, identity) ?? [])
          const wanted = found.filter((row) => !filter?.ids || filter.ids.includes(row.summary.id))
          return {
            edges: wanted.map((row) => ({ cursor: row.summary.id, node: shown(row) })),
            hasPending: false,
          }
        },
        executionEvents: (
          _root,
          args: { id: string; afterRevision?: number; first?: number },
          { identity },
        ) => {
          const row = visible(args.id, identity)
          if (!row) throw notFound('execution')
          const events = row.events
            .filter((event) => event.revision > (args.afterRevision ?? 0))
            .slice(0, args.first)
          return { edges: events.map((node) => ({ cursor: String(node.revision), node })) }
        },
      },
    },
    references: {
      Execution: {
        scope: 'executions:read',
        load: (references, { identity }) =>
          Promise.resolve(
            references.map((reference) => {
              const row = visible(String(reference['id']), identity)
              return row ? shown(row) : null
            }),
          ),
      },
    },
  })

  function publish(row: FakeRow, past: string, step?: FakeStep): void {
    const { summary } = row
    const data = executionEventDataSchema.parse({
      execution: summary,
      ...(step
        ? { step: { key: step.key, kind: 'model', status: step.status, attempt: step.attempt, error: null } }
        : {}),
    })
    const event = createEvent({
      source: 'executions',
      type: `quillworks.execution.${past}.v1`,
      subject: summary.id,
      organizationId: row.organizationId,
      data,
      correlationId: summary.id,
      sequence: summary.revision,
    })
    const place = {
      organizationId: row.organizationId,
      service: 'executions',
      entity: 'execution',
      id: summary.id,
    }
    input.nats().publish(eventSubject({ ...place, past }), JSON.stringify(event))
  }

  return {
    ...service,
    rows,
    /** What it answers as its part of the audit log. */
    audit,
    add(organizationId: string, summary: ExecutionSummary, steps: FakeStep[] = []): string {
      rows.set(summary.id, { organizationId, summary, steps, events: [] })
      return summary.id
    },
    /** Changes a row with a new revision, and tells it on NATS unless `quiet`. */
    change(
      id: string,
      over: Partial<ExecutionSummary>,
      options: { quiet?: boolean; past?: string; step?: FakeStep } = {},
    ): void {
      const row = rows.get(id)
      if (!row) throw new Error('no such row')
      const past = options.past ?? 'usage_recorded'
      row.summary = { ...row.summary, revision: row.summary.revision + 1, ...over }
      const { step } = options
      if (step) row.steps = [...row.steps.filter((one) => one.key !== step.key), step]
      row.events.push({
        revision: row.summary.revision,
        type: past,
        stepKey: step?.key ?? null,
        at: row.summary.updatedAt,
        data: {},
      })
      if (!options.quiet) publish(row, past, step)
    },
    /** Publishes a frame of text, and keeps it for who asks for a snapshot while `answerSnapshots` is on. */
    frame(id: string, frame: TextFrame): void {
      const row = rows.get(id)
      if (!row) throw new Error('no such row')
      texts.set(id, [...(texts.get(id) ?? []).filter((one) => one.attempt === frame.attempt), frame])
      input.nats().publish(textSubject(row.organizationId, id), JSON.stringify(frame))
    },
    /** Remembers text without telling, as frames that were sent before anyone listened. */
    remember(id: string, frame: TextFrame): void {
      texts.set(id, [...(texts.get(id) ?? []), frame])
    },
    /** Answers snapshots as the replica does that streams this execution; gives the way to stop. */
    answerSnapshots(id: string): () => void {
      const row = rows.get(id)
      if (!row) throw new Error('no such row')
      const { organizationId } = row
      const textFrom = (asked: { stepKey: string | null; attempt: number; offset: number }) => {
        const frames = texts.get(id) ?? []
        const last = frames.at(-1)
        if (!last || stepToStream(row.steps, asked.stepKey)?.key !== last.stepKey) return null
        const text = frames
          .filter((one) => one.attempt === last.attempt)
          .map((one) => one.text)
          .join('')
        const offset = asked.attempt === last.attempt ? Math.min(asked.offset, text.length) : 0
        const part = textPart(text, offset)
        const done = last.done && offset + part.length === text.length
        return { ...last, offset, text: part, done, length: text.length }
      }
      const subscription = input.nats().subscribe(snapshotSubject(organizationId, id), {
        callback: (_error, message) => {
          const asked = snapshotRequestSchema.parse(message.json())
          const { ownerId, visibility, revision } = row.summary
          const part = asked.ask === 'text' ? textFrom(asked) : null
          const text: TextSnapshot | null = part && { organizationId, ownerId, visibility, revision, part }
          const state: StateSnapshot = { organizationId, execution: row.summary }
          message.respond(JSON.stringify(asked.ask === 'text' ? text : state))
        },
      })
      return () => subscription.unsubscribe()
    },
  }
}
