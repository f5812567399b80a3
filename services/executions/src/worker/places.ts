/**
 * The places that one replica has for executions: each takes one, from its start or its claim until it is left. Of one
 * organization no more begin here than may run at all, so that one that starts thousands leaves room for the others.
 */
export class Places {
  readonly #capacity: number
  readonly #perOrganization: number
  readonly #organizations = new Map<string, string>()
  readonly #taken = new Map<string, number>()

  constructor({ capacity, perOrganization }: { capacity: number; perOrganization: number }) {
    this.#capacity = capacity
    this.#perOrganization = perOrganization
  }

  get free(): number {
    return this.#capacity - this.#organizations.size
  }

  isFreeFor(organizationId: string): boolean {
    return this.free > 0 && this.#takenBy(organizationId) < this.#perOrganization
  }

  /** Once for each execution, however often it is taken. */
  take(executionId: string, organizationId: string): void {
    if (this.#organizations.has(executionId)) return
    this.#organizations.set(executionId, organizationId)
    this.#taken.set(organizationId, this.#takenBy(organizationId) + 1)
  }

  /** Answers whether somebody may have waited for it. */
  leave(executionId: string): boolean {
    const organizationId = this.#organizations.get(executionId)
    if (organizationId === undefined) return false
    const wasFree = this.isFreeFor(organizationId)
    const left = this.#takenBy(organizationId) - 1
    this.#organizations.delete(executionId)
    if (left > 0) this.#taken.set(organizationId, left)
    else this.#taken.delete(organizationId)
    return !wasFree
  }

  #takenBy(organizationId: string): number {
    return this.#taken.get(organizationId) ?? 0
  }
}
