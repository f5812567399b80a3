import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { runQuietly } from './children.ts'

const NOTHING_NEW = 'No schema changes'

/**
 * Sees for each drizzle.config.ts that its tables would generate no further migration. The generator writes what it
 * finds, so it works on a copy.
 */
export async function migrationsDrift(options: {
  root: string
  env: Record<string, string>
}): Promise<{ code: number; text: string }> {
  const { root, env } = options
  const findings: string[] = []
  const configs = ['services/*', 'gateway']
    .flatMap((owner) => [...new Bun.Glob(`${owner}/drizzle.config.ts`).scanSync(root)])
    .sort()
  if (configs.length === 0) findings.push('There is no drizzle.config.ts.')
  for (const config of configs) {
    const owner = join(root, dirname(config))
    const original = (await import(join(root, config))) as {
      default: { out?: string; schema?: string | string[] }
    }
    const { out, schema } = original.default
    // drizzle-kit takes the paths of a config from the folder that it runs in: the owner's, or else the root.
    const cwd = out !== undefined && existsSync(resolve(owner, out)) ? owner : root
    if (out === undefined || !existsSync(resolve(cwd, out))) {
      findings.push(`${config}: its folder of migrations (${out}) is missing.`)
      continue
    }
    const copy = mkdtempSync(join(tmpdir(), 'quillworks-migrations-'))
    try {
      cpSync(resolve(cwd, out), join(copy, 'out'), { recursive: true })
      const changed = {
        ...original.default,
        out: relative(owner, join(copy, 'out')),
        schema: [schema ?? []].flat().map((path) => resolve(cwd, path)),
      }
      const copiedConfig = join(copy, 'drizzle.config.ts')
      writeFileSync(copiedConfig, `export default ${JSON.stringify(changed)}\n`)
      const command = ['--bun', 'x', '--no-install', 'drizzle-kit', 'generate', '--config', copiedConfig]
      const answer = await runQuietly([process.execPath, ...command], { cwd: owner, env })
      if (!answer.text.includes(NOTHING_NEW)) {
        findings.push(
          `${config}: the tables and the migrations differ; run drizzle-kit generate.\n${answer.text}`,
        )
      }
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  }
  return { code: findings.length > 0 ? 1 : 0, text: findings.join('\n') }
}
