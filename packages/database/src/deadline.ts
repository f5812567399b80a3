import { AppError } from '@quillworks/service-kit/errors'

/** Fails with `database.timeout` when `work` has not settled after `deadlineMs`; the driver has no limit of its own. */
export async function withDeadline<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('database.timeout', 'The database did not answer in time. Try again.')),
      deadlineMs,
    )
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
