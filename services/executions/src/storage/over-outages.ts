import { isOutage } from '@quillworks/service-kit/outages'

const longestMs = 8_000

/**
 * Does `work` again while the database is away, for some seconds. The work must count once however often it is done,
 * since a lost answer may belong to a commit that was made.
 */
export async function overOutages<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + longestMs
  for (let pauseMs = 25; ; pauseMs = Math.min(500, pauseMs * 2)) {
    try {
      return await work()
    } catch (error) {
      if (!isOutage(error) || performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
