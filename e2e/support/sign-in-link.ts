import { join, resolve } from 'node:path'
import type { Start } from './quillworks.ts'

const commandLine = join(resolve(import.meta.dirname, '../..'), 'cli/src/main.ts')

/** A new link that signs the owner in, as `quillworks sign-in` prints it. */
export async function signInLink(start: Start): Promise<string> {
  const child = Bun.spawn([process.execPath, commandLine, 'sign-in'], {
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      QUILLWORKS_DATA_DIR: start.dataDir,
      QUILLWORKS_PORT: String(start.port),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [printed, code] = await Promise.all([new Response(child.stdout).text(), child.exited])
  if (code !== 0) throw new Error(`quillworks sign-in ended with ${code}: ${printed}`)
  return printed.trim()
}
