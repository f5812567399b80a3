/** How each status looks and reads: green succeeded, orange on its way, red failed or timed out, grey otherwise. */
export interface StatusLook {
  word: string
  color: 'green' | 'orange' | 'red' | 'grey'
  icon: 'check' | 'clock' | 'dot' | 'pause' | 'cross' | 'timer' | 'stop' | 'skip' | 'warning'
  explanation: string
  /** How the last answer ended, where that needs a word of its own. */
  but?: string
}

const looks: Record<string, StatusLook> = {
  pending: { word: 'pending', color: 'grey', icon: 'clock', explanation: 'Waits for the steps before it' },
  queued: { word: 'queued', color: 'orange', icon: 'clock', explanation: 'Starts as soon as there is room' },
  running: { word: 'running', color: 'orange', icon: 'dot', explanation: 'At work now' },
  streaming: { word: 'streaming', color: 'orange', icon: 'dot', explanation: 'Text is arriving' },
  waiting: { word: 'waiting', color: 'orange', icon: 'pause', explanation: 'Waits for the next message' },
  succeeded: { word: 'succeeded', color: 'green', icon: 'check', explanation: 'Ended with its result' },
  failed: {
    word: 'failed',
    color: 'red',
    icon: 'cross',
    explanation: 'Ended with an error; its reason is kept',
  },
  timed_out: {
    word: 'timed out',
    color: 'red',
    icon: 'timer',
    explanation: 'Made no progress before its deadline',
  },
  canceled: { word: 'canceled', color: 'grey', icon: 'stop', explanation: 'Was stopped' },
  skipped: { word: 'skipped', color: 'grey', icon: 'skip', explanation: 'Was not needed' },
}

const unknownLook: StatusLook = {
  word: 'unknown',
  color: 'grey',
  icon: 'clock',
  explanation: 'Status not known here',
}

/** Of a conversation whose last answer is not whole; its error's code says in which way. */
function brokenLook(errorCode: string): StatusLook {
  const waits = { word: 'waiting', explanation: 'The last answer is not whole; the next message goes on' }
  if (errorCode === 'step.stopped')
    return { ...waits, but: 'last answer stopped', color: 'grey', icon: 'stop' }
  if (errorCode === 'step.timed_out')
    return { ...waits, but: 'last answer timed out', color: 'red', icon: 'timer' }
  return { ...waits, but: 'last answer failed', color: 'red', icon: 'warning' }
}

/** `errorCode` is that of the execution, which a conversation has while it waits after a broken answer. */
export function statusLook(status: string, errorCode?: string): StatusLook {
  if (status === 'waiting' && errorCode !== undefined) return brokenLook(errorCode)
  return looks[status] ?? unknownLook
}

/** Final states never change. */
export function isFinal(status: string): boolean {
  return ['succeeded', 'failed', 'canceled', 'timed_out', 'skipped'].includes(status)
}
