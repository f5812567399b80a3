import type { Logger } from '@quillworks/service-kit/logger'
import { soloEnvironment, type SoloSetting } from '../config.ts'

/** A process of this service that carries out one execution and nothing else. */
export interface SoloChild {
  /** True when it left the execution in order, false when it died. */
  ended: Promise<boolean>
  /** Lets it give the execution back; whatever does not listen is killed. */
  stop: () => Promise<void>
}

const stopMs = 5_000

/** Starts a child by the same entry as this process. One that says nothing for `silentMs` is killed. */
export function startSoloChild({
  setting,
  silentMs,
  logger,
}: {
  setting: SoloSetting
  silentMs: number
  logger: Logger
}): SoloChild {
  let watch: ReturnType<typeof setTimeout> | undefined
  const heard = () => {
    clearTimeout(watch)
    watch = setTimeout(() => {
      logger.warn({ execution: setting.executionId }, 'A process that runs an execution alone hangs')
      child.kill('SIGKILL')
    }, silentMs)
  }
  const child = Bun.spawn([process.execPath, ...process.execArgv, Bun.main], {
    env: soloEnvironment(setting),
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    ipc: heard,
  })
  heard()
  const ended = child.exited.then((code) => {
    clearTimeout(watch)
    return code === 0
  })
  return {
    ended,
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), stopMs)
      await ended
      clearTimeout(late)
    },
  }
}
