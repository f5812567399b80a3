import { Asking } from '../graphql/asking.svelte.ts'
import { issueFor } from '../graphql/failure.ts'

/** A form on its way: what was refused is told at its field, or above the form. */
export class Sending extends Asking {
  /** `fields` are the names that problems can stand at. */
  constructor(private readonly fields: readonly string[] = []) {
    super()
  }

  /** What is wrong with one field. */
  at(field: string): string | undefined {
    return this.failure && issueFor(this.failure.issues, field)
  }

  /** What went wrong beside the fields. */
  get trouble(): string | undefined {
    const { failure } = this
    if (!failure || this.fields.some((field) => issueFor(failure.issues, field))) return undefined
    return failure.issues[0]?.message ?? failure.message
  }

  /** True when it came off. */
  async send(work: () => Promise<unknown>): Promise<boolean> {
    const done = await this.run(async () => {
      await work()
      return true
    })
    return done ?? false
  }

  forget(): void {
    this.failure = undefined
  }
}
