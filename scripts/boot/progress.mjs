/**
 * @typedef {object} Progress
 * @property {<T>(label: string, done: (result: T) => string, work: () => Promise<T>) => Promise<T>} step
 *   Shows `label` while `work` runs, then what `done` makes of its result, with the time it took.
 */

/** @param {number} milliseconds */
function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

/**
 * Shows steps on a stream, in one line each; a terminal sees the running step replaced by the finished one.
 * @param {{ isTTY?: boolean, write: (text: string) => boolean }} stream
 * @returns {Progress}
 */
export function progressTo(stream) {
  return {
    async step(label, done, work) {
      const begun = performance.now()
      stream.write(stream.isTTY ? `  ${label} …` : `  ${label} …\n`)
      const clear = stream.isTTY ? '\r\x1b[2K' : ''
      try {
        const result = await work()
        stream.write(`${clear}✓ ${done(result)}  ${seconds(performance.now() - begun)}\n`)
        return result
      } catch (error) {
        stream.write(clear)
        throw error
      }
    },
  }
}
