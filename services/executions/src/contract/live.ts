/** A piece of a step's streaming text: `offset` counts UTF-16 units from the beginning of that attempt. */
export interface TextFrame {
  stepKey: string
  attempt: number
  offset: number
  text: string
  done: boolean
}

/** Core NATS subject of an execution's text frames, each a JSON `TextFrame`. */
export function textSubject(organizationId: string, executionId: string): string {
  return `qw-live.${organizationId}.${executionId}.text`
}

/**
 * Request subject on which the owner of a streaming execution answers with a JSON `TextFrame[]`: per streaming step
 * one frame from offset 0 with all text so far. Owners subscribe to it only while they stream, so that
 * "no responders" says at once that nobody streams and the stored text (`Step.output`) is what there is.
 */
export function snapshotSubject(organizationId: string, executionId: string): string {
  return `qw-live-snapshot.${organizationId}.${executionId}`
}
