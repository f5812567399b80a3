import type { Client } from './client.ts'
import type { Job } from './jobs.ts'

interface Frame {
  stepKey: string
  attempt: number
  offset: number
  text: string
  done: boolean
}

/** What a client has seen of one execution, live, through every cut. */
export interface Watched {
  job: Job
  /** The text of each attempt of the first message. */
  texts: Map<number, string>
  revisions: number[]
  statuses: string[]
  eventRevisions: number[]
  isTextDone: boolean
  problems: string[]
  cuts: number
  /** What has not been told to its end yet. */
  open: Set<string>
  finished: Promise<void>
}

const finals = ['succeeded', 'failed', 'canceled', 'timed_out']

/** Follows state, events and text of a job's execution as a page would, resuming where it stands. */
export function watch(client: Client, job: Job, executionId: string, signal: AbortSignal): Watched {
  const watched: Watched = {
    job,
    texts: new Map(),
    revisions: [],
    statuses: [],
    eventRevisions: [],
    isTextDone: false,
    problems: [],
    cuts: 0,
    open: new Set(['state', 'text', 'events']),
    finished: Promise.resolve(),
  }
  let attempt = 0
  const isFinal = () => finals.includes(watched.statuses.at(-1) ?? '')

  async function again(once: () => Promise<'complete' | 'cut'>, isOver: () => boolean): Promise<void> {
    while (!signal.aborted && !isOver()) {
      const how = await once()
      if (isOver() || signal.aborted) return
      if (how === 'cut') watched.cuts += 1
      await Bun.sleep(200)
    }
  }

  const states = again(() => {
    const stop = new AbortController()
    return client.subscribe<{ executionUpdated: { revision: number; status: string } }>({
      query: 'subscription($id: ID!) { executionUpdated(id: $id) { revision status } }',
      variables: { id: executionId },
      signal: AbortSignal.any([signal, stop.signal]),
      onData: ({ executionUpdated: { revision, status } }) => {
        const last = watched.revisions.at(-1) ?? 0
        if (revision < last) watched.problems.push(`revision ${revision} came after ${last}`)
        if (isFinal() && status !== watched.statuses.at(-1))
          watched.problems.push(`${status} came after ${watched.statuses.at(-1)}`)
        watched.revisions.push(revision)
        watched.statuses.push(status)
        if (isFinal()) stop.abort()
      },
    })
  }, isFinal)

  const texts = again(
    () =>
      client.subscribe<{ executionStream: Frame }>({
        query: `subscription($id: ID!, $key: String, $attempt: Int, $offset: Int) {
          executionStream(id: $id, stepKey: $key, fromAttempt: $attempt, fromOffset: $offset) { stepKey attempt offset text done } }`,
        variables: {
          id: executionId,
          key: 'message[0]',
          ...(attempt === 0 ? {} : { attempt, offset: watched.texts.get(attempt)?.length ?? 0 }),
        },
        signal,
        onData: ({ executionStream: frame }) => {
          const have = watched.texts.get(frame.attempt) ?? ''
          if (frame.attempt < attempt) watched.problems.push(`attempt ${frame.attempt} after ${attempt}`)
          attempt = frame.attempt
          if (frame.offset !== have.length)
            watched.problems.push(
              `text at ${frame.offset} of attempt ${attempt}, where ${have.length} was due`,
            )
          watched.texts.set(attempt, have + frame.text)
          watched.isTextDone ||= frame.done
        },
      }),
    () => watched.isTextDone,
  )

  const areEventsOver = () => isFinal() && watched.eventRevisions.length >= (watched.revisions.at(-1) ?? 0)
  const events = again(async () => {
    const stop = new AbortController()
    // The last event may come before the state says that it was the last one.
    const look = setInterval(() => areEventsOver() && stop.abort(), 100)
    const how = await client.subscribe<{ executionEvents: { revision: number } }>({
      query:
        'subscription($id: ID!, $after: Int) { executionEvents(id: $id, afterRevision: $after) { revision } }',
      variables: { id: executionId, after: watched.eventRevisions.length },
      signal: AbortSignal.any([signal, stop.signal]),
      onData: ({ executionEvents: { revision } }) => {
        if (revision !== watched.eventRevisions.length + 1)
          watched.problems.push(`event ${revision}, where ${watched.eventRevisions.length + 1} was due`)
        watched.eventRevisions.push(revision)
      },
    })
    clearInterval(look)
    return how
  }, areEventsOver)
  const named = { state: states, text: texts, events }
  watched.finished = Promise.all(
    Object.entries(named).map(([name, end]) => end.then(() => watched.open.delete(name))),
  ).then(() => undefined)
  return watched
}
