export { isFinal } from '@quillworks/executions/contract/status'

/**
 * How each status looks and reads: green succeeded, orange on its way or in want of something, red failed or timed out,
 * grey otherwise; quiet is what is at rest and can go on.
 */
export interface StatusLook {
  word: string
  color: 'green' | 'orange' | 'red' | 'grey' | 'quiet'
  icon: 'check' | 'clock' | 'dot' | 'pause' | 'talk' | 'cross' | 'timer' | 'stop' | 'skip' | 'warning'
  explanation: string
  /** How the last answer ended, where that needs a word of its own. */
  but?: string
}

const looks: Record<string, StatusLook> = {
  pending: { word: 'pending', color: 'grey', icon: 'clock', explanation: 'Waits for the steps before it' },
  queued: { word: 'queued', color: 'orange', icon: 'clock', explanation: 'Starts as soon as there is room' },
  running: { word: 'running', color: 'orange', icon: 'dot', explanation: 'At work now' },
  streaming: { word: 'streaming', color: 'orange', icon: 'dot', explanation: 'Text is arriving' },
  waiting: { word: 'waiting', color: 'orange', icon: 'pause', explanation: 'Waits for something else' },
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
  const goesOn = { word: 'waiting', explanation: 'The last answer is not whole; the next message goes on' }
  if (errorCode === 'step.stopped')
    return { ...goesOn, but: 'last answer stopped', color: 'grey', icon: 'stop' }
  if (errorCode === 'step.timed_out')
    return { ...goesOn, but: 'last answer timed out', color: 'red', icon: 'timer' }
  return { ...goesOn, but: 'last answer failed', color: 'red', icon: 'warning' }
}

/** What an execution waits for, by the name of the wait. */
const waits: Record<string, string> = {
  input: 'Waits for input',
  approval: 'Waits for somebody to approve it',
  timer: 'Waits until its time has come',
  event: 'Waits for what is done elsewhere',
  child: 'Waits for another execution',
  paused: 'Goes on when somebody lets it',
}

/** A conversation asks nothing of anybody: it is at rest until somebody says more. */
const atRest: StatusLook = {
  word: 'waiting',
  color: 'quiet',
  icon: 'talk',
  explanation: 'Goes on with the next message',
}

/** What else is known of an execution. */
interface Known {
  kind?: string | undefined
  /** Of a conversation that waits after a broken answer, that of the answer. */
  errorCode?: string | undefined
  waitingFor?: string | undefined
}

/** How a status looks; `known` tells one wait from another. */
export function statusLook(status: string, { kind, errorCode, waitingFor }: Known = {}): StatusLook {
  const look = looks[status] ?? unknownLook
  if (status !== 'waiting') return look
  if (errorCode !== undefined) return brokenLook(errorCode)
  if (kind === 'chat' && waitingFor === 'input') return atRest
  return { ...look, explanation: waits[waitingFor ?? ''] ?? look.explanation }
}
