/**
 * Lets one step speak at a time, so that the texts of steps that stream together do not mix: the first to speak goes on
 * until it is done, then those who waited follow in the order in which they began.
 */
export function createStepTurns<T>(show: (stepKey: string, piece: T) => void) {
  const waiting = new Map<string, { pieces: T[]; done: boolean }>()
  let speaker: string | undefined

  function passOn(): void {
    for (const [stepKey, turn] of waiting) {
      waiting.delete(stepKey)
      for (const piece of turn.pieces) show(stepKey, piece)
      if (!turn.done) {
        speaker = stepKey
        return
      }
    }
    speaker = undefined
  }

  return {
    say(stepKey: string, piece: T): void {
      speaker ??= stepKey
      if (speaker === stepKey) show(stepKey, piece)
      else {
        const turn = waiting.get(stepKey) ?? { pieces: [], done: false }
        turn.pieces.push(piece)
        waiting.set(stepKey, turn)
      }
    },
    /** The step has nothing more to say. */
    end(stepKey: string): void {
      if (speaker === stepKey) passOn()
      else {
        const turn = waiting.get(stepKey)
        if (turn) turn.done = true
      }
    },
  }
}
