/** A piece of a step's streaming text: `offset` counts UTF-16 units from the beginning of that attempt. */
export interface TextFrame {
  stepKey: string
  attempt: number
  offset: number
  text: string
  done: boolean
}

/** Core NATS subject of an execution's text frames. */
export function textSubject(organizationId: string, executionId: string): string {
  return `qw-live.${organizationId}.${executionId}.text`
}

/** Request subject on which a replica answers `{ executionId, stepKey? }` with the `TextFrame`s it holds, from offset 0. */
export function snapshotSubject(replicaId: string): string {
  return `qw-live-snapshot.${replicaId}`
}

/** Subject of an execution's public events; `*` for any id or fact. */
export function executionEventSubject(organizationId: string, executionId: string, past: string): string {
  return `qw.${organizationId}.executions.execution.${executionId}.${past}`
}
