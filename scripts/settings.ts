import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { collectSettings } from './settings/collect.ts'
import { envExample, settingsTables, withTables } from './settings/write.ts'

// Writes docs/settings.md and .env.example from the entries of every config.ts; scripts/settings.test.ts finds drift.

const repository = join(import.meta.dirname, '..')
const documentFile = join(repository, 'docs/settings.md')

/** What both files should hold by the code as it is. */
export async function expectedFiles(): Promise<{ path: string; text: string }[]> {
  const settings = await collectSettings()
  const document = withTables(await Bun.file(documentFile).text(), settingsTables(settings))
  const options = await resolveConfig(documentFile)
  return [
    { path: documentFile, text: await format(document, { ...options, filepath: documentFile }) },
    { path: join(repository, '.env.example'), text: envExample(settings) },
  ]
}

if (import.meta.main) {
  for (const { path, text } of await expectedFiles()) await Bun.write(path, text)
}
