import { AppError } from '@quillworks/service-kit/errors'

const maxItems = 256
const maxBytes = 1024 * 1024

/** What a subscriber gets who fell too far behind: it subscribes again from where it stands. */
export function resyncError(): AppError {
  return new AppError('live.resync', 'You fell behind. Subscribe again from where you are.')
}

/**
 * The way from a source to one slow or fast reader: a queue of 256 items or 1 MiB at most, beyond which it ends with
 * `live.resync`. `return()` answers at once even while a `next()` waits, so that a closed tab leaves nothing behind.
 */
export class BoundedQueue<T> implements AsyncIterableIterator<T> {
  #items: { value: T; bytes: number }[] = []
  #bytes = 0
  #waiting: ((result: IteratorResult<T> | Promise<never>) => void)[] = []
  #ended = false
  #failure: unknown
  #onClose: (() => void)[] = []
  #onEmpty: (() => void)[] = []

  /** Runs once when the reader leaves or the queue ends; at once if it has already. */
  onClose(work: () => void): void {
    if (this.#ended) work()
    else this.#onClose.push(work)
  }

  get ended(): boolean {
    return this.#ended
  }

  get length(): number {
    return this.#items.length
  }

  /** Settles when all that was pushed has been read, or nobody reads any more: for replays, which can wait. */
  whenEmpty(): Promise<void> {
    if (this.#items.length === 0 || this.#ended) return Promise.resolve()
    return new Promise((resolve) => this.#onEmpty.push(resolve))
  }

  push(value: T, bytes = 0): void {
    if (this.#ended) return
    const reader = this.#waiting.shift()
    if (reader) return reader({ value, done: false })
    if (this.#items.length >= maxItems || this.#bytes + bytes > maxBytes) return this.fail(resyncError())
    this.#items.push({ value, bytes })
    this.#bytes += bytes
  }

  /** Replaces what waits for the same thing: for state, only the newest counts. */
  replace(matches: (value: T) => boolean, value: T): void {
    const waiting = this.#items.find((item) => matches(item.value))
    if (waiting) waiting.value = value
    else this.push(value)
  }

  /** Ends after what is queued was read. */
  end(): void {
    if (this.#ended) return
    this.#close()
    for (const reader of this.#waiting.splice(0)) reader({ value: undefined, done: true })
  }

  /** Ends with an error at once; what is queued is dropped, as it would be text or state with a hole in it. */
  fail(error: unknown): void {
    if (this.#ended) return
    this.#items = []
    this.#failure = error
    this.#close()
    const reader = this.#waiting.shift()
    if (reader) {
      this.#failure = undefined
      reader(Promise.reject(error))
    }
    for (const other of this.#waiting.splice(0)) other({ value: undefined, done: true })
  }

  next(): Promise<IteratorResult<T>> {
    const item = this.#items.shift()
    if (item) {
      this.#bytes -= item.bytes
      if (this.#items.length === 0) for (const settle of this.#onEmpty.splice(0)) settle()
      return Promise.resolve({ value: item.value, done: false })
    }
    if (this.#failure !== undefined) {
      const failure = this.#failure
      this.#failure = undefined
      return Promise.reject(failure)
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  return(): Promise<IteratorResult<T>> {
    this.#items = []
    this.#failure = undefined
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  throw(): Promise<IteratorResult<T>> {
    return this.return()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #close(): void {
    this.#ended = true
    for (const settle of this.#onEmpty.splice(0)) settle()
    for (const work of this.#onClose.splice(0)) work()
  }
}
