/** What a person sees next: more of the text, or the text again from its beginning because it came out differently. */
export type Printed = { kind: 'more'; text: string } | { kind: 'again'; text: string }

/**
 * Turns the frames of one step's attempts into text that reads on. What is printed cannot be taken back, so a new attempt
 * that repeats what was printed is held until it goes beyond it; one that differs is printed whole, as `again`.
 */
export function createAttemptPrinter() {
  let printed = ''
  let attempt = 0
  let candidate = ''
  let comparing = false

  return {
    /** Takes the next fresh text of an attempt; lower attempts must not come any more. */
    accept(frame: { attempt: number; text: string; done: boolean }): Printed | undefined {
      if (frame.attempt > attempt) {
        attempt = frame.attempt
        candidate = ''
        comparing = printed !== ''
      }
      if (!comparing) {
        printed += frame.text
        return frame.text === '' ? undefined : { kind: 'more', text: frame.text }
      }
      candidate += frame.text
      if (candidate.startsWith(printed)) {
        const text = candidate.slice(printed.length)
        printed = candidate
        comparing = false
        return text === '' ? undefined : { kind: 'more', text }
      }
      if (printed.startsWith(candidate) && !frame.done) return undefined
      printed = candidate
      comparing = false
      return { kind: 'again', text: candidate }
    },
  }
}
