import type { Logger } from '@quillworks/service-kit/logger'
import type { EngineService } from './engine-service.ts'

/**
 * Lets the engine of a child process carry out its one execution, tells the parent that it lives, and ends the process
 * when the execution rests or has ended, when it is asked to, and when its parent is gone.
 */
export async function runAlone({
  engine,
  leaseMs,
  logger,
  close,
}: {
  engine: EngineService
  leaseMs: number
  logger: Logger
  close: () => Promise<void>
}): Promise<never> {
  new Worker(new URL('./worker/solo-watchdog.ts', import.meta.url))
  const told = setInterval(() => process.send?.('alive'), leaseMs / 4)
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
    process.once('disconnect', () => resolve())
  })
  await Promise.race([engine.left, asked])
  clearInterval(told)
  try {
    await close()
  } catch (error) {
    logger.warn({ err: error }, 'Stopped with an error')
  }
  process.exit(0)
}
