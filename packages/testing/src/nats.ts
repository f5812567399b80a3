import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNats, type NatsBinary } from '@quillworks/local-servers/nats-binary'
import { startNats, type NatsServer } from '@quillworks/local-servers/nats'
import { natsServerConfig } from '@quillworks/messaging/credentials'
import { endAfterThisProcess } from './reaper.ts'
import { testSecret } from './secret.ts'

/** A NATS server of its own, with JetStream, whose users are minted from `secret`. */
export interface TestNats {
  url: string
  secret: string
  /** The folder of its store. */
  store: string
  /** Ends the server as a crash would; its port and store are kept. */
  kill(): Promise<void>
  /** Starts it again after `kill()`, on the same port, and on its store unless that is to be lost. */
  restart(options?: { withoutStore?: boolean }): Promise<void>
  /** Ends the server and removes its store. */
  close(): Promise<void>
}

const TOOLS = join(import.meta.dirname, '../../../.tools')

let binary: Promise<NatsBinary> | undefined

/** Starts a NATS server; it goes when this process does, or by `close()`. */
export async function startTestNats(options: { secret?: string } = {}): Promise<TestNats> {
  binary ??= findNats({ toolsFolder: TOOLS })
  const program = await binary
  const secret = options.secret ?? testSecret
  const folder = mkdtempSync(join(tmpdir(), 'quillworks-test-nats-'))
  const start = async (port?: number) => {
    const server = await startNats({
      folder: join(folder, 'server'),
      binary: program,
      config: (places) => natsServerConfig({ secret, ...places }),
      logFile: join(folder, 'nats.log'),
      ...(port === undefined ? {} : { port }),
    })
    endAfterThisProcess({ pid: server.mark.pid, signal: 'TERM', folder })
    return server
  }
  let server: NatsServer = await start()
  return {
    url: server.url,
    secret,
    store: join(folder, 'server'),
    kill: () => server.kill(),
    restart: async (restart = {}) => {
      if (restart.withoutStore) rmSync(join(folder, 'server'), { recursive: true, force: true })
      server = await start(server.port)
    },
    close: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
