/** An execution of one model step, as the fake gateway keeps it. */
export interface FakeExecution {
  id: string
  name: string
  status: string
  revision: number
  attempt: number
  text: string
  error: { code: string; message: string } | null
}

/** The execution as the API shows it. */
export function executionRow(execution: FakeExecution): object {
  const isOver = execution.status !== 'running'
  const usage = {
    inputTokens: isOver ? 12 : null,
    outputTokens: isOver ? 34 : null,
    cachedTokens: null,
    totalTokens: isOver ? 46 : null,
    costUsd: isOver ? 0.0021 : null,
    unknownAttempts: 0,
    timeToFirstTokenMs: 120,
  }
  const durationMs = isOver ? 2_500 : null
  const { id, name, status, revision, attempt, error } = execution
  return {
    id,
    name,
    status,
    revision,
    error,
    usage,
    durationMs,
    kind: 'chat',
    waiting: null,
    progress: { done: isOver ? 1 : 0, total: 1 },
    steps: [
      {
        key: 'message[0]',
        kind: 'model',
        name: null,
        status: isOver ? status : 'streaming',
        attempt,
        model: 'demo/writer',
        output: status === 'succeeded' ? execution.text : null,
        error,
        durationMs,
      },
    ],
  }
}
