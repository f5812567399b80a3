import type { CallModel, ModelCall, ModelResult } from '../models/call-model.ts'
import { ModelError } from '../models/model.errors.ts'

/** What `answered` and an aborted call report to have spent. */
const gatedUsage = { inputTokens: 10, outputTokens: 5, cachedTokens: 2 }

/** A whole answer. */
export const answered = (text: string): ModelResult => ({
  text,
  usage: gatedUsage,
  costNanoUsd: 1_000n,
  finishReason: 'stop',
})

/** A model that says what it was asked, once it is let go. */
export function gatedModel() {
  const calls: (ModelCall & { finish: (text?: string) => void; fail: () => void })[] = []
  const callModel: CallModel = (call) =>
    new Promise((resolve, reject) => {
      const finish = (text = `Answer ${calls.length}`) => {
        call.onText(text)
        resolve(answered(text))
      }
      const fail = () =>
        reject(new ModelError('model.truncated', 'The stream was cut.', { retryable: false }))
      calls.push({ ...call, finish, fail })
      call.signal.addEventListener('abort', () =>
        reject(
          Object.assign(new ModelError('model.canceled', 'Stopped.', { retryable: false }), {
            usage: gatedUsage,
            costNanoUsd: 7n,
          }),
        ),
      )
    })
  return { calls, callModel }
}
