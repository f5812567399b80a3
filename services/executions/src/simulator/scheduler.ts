import { drainMicrotasks } from 'bun:jsc'

/** Something that happens at a time of the simulation, in the life of one process. */
export class Task {
  canceled = false
  constructor(
    public at: number,
    readonly order: number,
    readonly process: SimulatedProcess,
    readonly run: () => void,
    /** Again after so many milliseconds; 0 for once. */
    readonly every: number,
  ) {}

  /** What timers of the runtime have, too. */
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

/** A process as the scheduler sees it: what it has planned ends with it, and waits while it is paused. */
export class SimulatedProcess {
  alive = true
  /** Stands still until this time of the simulation. */
  pausedUntil = 0
  /** Milliseconds by which its wall clock is wrong. */
  wallSkewMs = 0
  constructor(
    readonly name: string,
    readonly index: number,
  ) {}
}

/**
 * One thread, one queue of tasks in the order of their times. After each task everything that promises brought about is
 * carried out before the next one, so that the order of tasks is all that decides about a run.
 */
export class Scheduler {
  /** Milliseconds since the simulation began. */
  now = 0
  /** Tasks carried out. */
  steps = 0
  /** Folds the order of all tasks: two runs are the same if it is. */
  hash = 0x811c9dc5
  readonly world = new SimulatedProcess('world', 0)
  current = this.world
  #processes = 1
  #order = 0
  readonly #heap: Task[] = []

  process(name: string): SimulatedProcess {
    const made = new SimulatedProcess(name, this.#processes)
    this.#processes += 1
    return made
  }

  after(process: SimulatedProcess, delayMs: number, run: () => void, every = 0): Task {
    this.#order += 1
    const task = new Task(this.now + Math.max(0, delayMs), this.#order, process, run, every)
    this.#push(task)
    return task
  }

  note(value: number): void {
    this.hash = Math.imul(this.hash ^ (value | 0), 0x01000193)
  }

  /** Carries out the next task; false when none is left. */
  runNext(): boolean {
    for (;;) {
      const task = this.#pop()
      if (!task) return false
      const { process } = task
      if (task.canceled || !process.alive) continue
      if (process.pausedUntil > task.at) {
        task.at = process.pausedUntil
        this.#push(task)
        continue
      }
      this.now = task.at
      this.steps += 1
      this.note(Math.floor(task.at * 8))
      this.note(process.index)
      if (task.every > 0) {
        task.at += task.every
        this.#push(task)
      }
      this.enter(process, task.run)
      return true
    }
  }

  /** Carries out `run`, and all that promises bring about by it, as this process. */
  enter(process: SimulatedProcess, run: () => void): void {
    this.current = process
    run()
    drainMicrotasks()
    this.current = this.world
  }

  #push(task: Task): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(task)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (!above || !before(task, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = task
  }

  #pop(): Task | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || first === last) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      let least = heap[child]
      if (!least) break
      const right = heap[child + 1]
      if (right && before(right, least)) {
        least = right
        child += 1
      }
      if (!before(least, last)) break
      heap[index] = least
      index = child
    }
    heap[index] = last
    return first
  }
}

function before(one: Task, other: Task): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
