/** What came of something, said in passing; errors that need an answer belong on the page instead. */
export interface Toast {
  id: number
  message: string
  tone: 'plain' | 'green' | 'red'
  /** One thing to do about it, such as taking it back. */
  action?: { label: string; run: () => void } | undefined
}

const SHORT_MS = 5_000
const WITH_ACTION_MS = 10_000
const MOST = 3

class Toasts {
  all = $state.raw<Toast[]>([])
  #last = 0
  #timers = new Map<number, ReturnType<typeof setTimeout>>()
  #held = false

  add(toast: Omit<Toast, 'id'>): number {
    const id = ++this.#last
    this.all = [...this.all, { ...toast, id }]
    for (const old of this.all.slice(0, -MOST)) this.remove(old.id)
    if (!this.#held) this.#count(id)
    return id
  }

  remove(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.all = this.all.filter((toast) => toast.id !== id)
  }

  /** Lets none go while somebody reads them; what is left of their time begins anew. */
  hold(): void {
    this.#held = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  release(): void {
    this.#held = false
    for (const { id } of this.all) this.#count(id)
  }

  #count(id: number): void {
    const toast = this.all.find((one) => one.id === id)
    // What failed stays until it was put away.
    if (!toast || toast.tone === 'red' || this.#timers.has(id)) return
    const ms = toast.action ? WITH_ACTION_MS : SHORT_MS
    this.#timers.set(
      id,
      setTimeout(() => this.remove(id), ms),
    )
  }
}

/** What is shown now; `Toasts.svelte` shows it, once, in the root layout. */
export const toasts = new Toasts()

/** Says something in passing; gives the function that takes it back. Browser only. */
export function toast(message: string, options: Partial<Omit<Toast, 'id' | 'message'>> = {}): () => void {
  const id = toasts.add({ message, tone: options.tone ?? 'plain', action: options.action })
  return () => toasts.remove(id)
}
