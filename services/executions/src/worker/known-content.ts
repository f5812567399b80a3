import type { EngineStorage, PayloadWrite } from '../engine/storage.ts'
import { asStored } from '../storage/as-stored.ts'
import { cleanJson } from '../storage/clean.ts'

const largestBody = 16 * 1024
const most = 256 * 1024

/**
 * Content of one execution that its owner wrote itself, so that the next step need not read it again. What it answers is
 * what the database would: a step has the same result after a crash. Sizes in characters of JSON.
 */
export class KnownContent {
  readonly #bodies = new Map<string, string>()
  #size = 0

  add(payloads: readonly PayloadWrite[]): void {
    for (const { ref, body } of payloads) {
      this.#forget(ref)
      const json = cleanJson(body)
      if (json.length > largestBody || this.#size + json.length > most) continue
      this.#bodies.set(ref, json)
      this.#size += json.length
    }
  }

  /** Everything: somebody else may have written meanwhile. */
  clear(): void {
    this.#bodies.clear()
    this.#size = 0
  }

  /** Reads what is known here, and the rest from `storage`. */
  async read(
    storage: Pick<EngineStorage, 'readPayloads'>,
    executionId: string,
    refs: string[],
  ): Promise<Map<string, unknown>> {
    const missing = refs.filter((ref) => !this.#bodies.has(ref))
    const found = missing.length > 0 ? await storage.readPayloads(executionId, missing) : new Map()
    for (const ref of refs) {
      const json = this.#bodies.get(ref)
      if (json !== undefined) found.set(ref, asStored(json))
    }
    return found
  }

  #forget(ref: string): void {
    this.#size -= this.#bodies.get(ref)?.length ?? 0
    this.#bodies.delete(ref)
  }
}
