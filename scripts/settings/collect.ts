import { join } from 'node:path'

/** One setting of Quillworks and the processes that read it. */
export interface Setting {
  env: string
  doc: string
  /** As it would be written into the environment; empty for none, undefined where it must be set. */
  default: string | undefined
  readBy: string[]
}

const repository = join(import.meta.dirname, '../..')
/** Where two processes tell of the same variable, the words of the first one here count. */
const order = ['gateway', 'prompts', 'documents', 'workflows', 'agents', 'executions', 'cli']

/** An entry of `defineConfig`, as far as its documentation goes. */
interface Entry {
  env: string
  doc: string
  default?: string | number | boolean | object
  schema: { safeParse: (value: unknown) => { success: boolean } }
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'env' in value && 'schema' in value && 'doc' in value
}

function entriesOf(module: Record<string, unknown>): Entry[] {
  return Object.values(module).flatMap((value) => {
    if (typeof value !== 'function' || !('entries' in value)) return []
    return Object.values(value.entries as Record<string, unknown>).filter(isEntry)
  })
}

/** The part of the repository that a config.ts belongs to: `services/prompts/src/config.ts` is `prompts`. */
function processOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'services' ? second : first
}

function writtenDefault(entry: Entry): string | undefined {
  // Lists and the like begin empty; nobody could write them as one value.
  if (typeof entry.default === 'object') return ''
  if (entry.default !== undefined) return String(entry.default)
  return entry.schema.safeParse(undefined).success ? '' : undefined
}

/** The config.ts files of all processes, by the process's name. */
function configFiles(): { process: string; file: string }[] {
  const patterns = ['services/*/src/config.ts', '{gateway,cli}/src/config.ts']
  const files = patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: repository })])
  return files
    .map((file) => ({ process: processOf(file), file }))
    .sort((a, b) => order.indexOf(a.process) - order.indexOf(b.process))
}

/** Every setting that the code reads, by the entries of every config.ts, in alphabetical order. */
export async function collectSettings(): Promise<Setting[]> {
  const settings = new Map<string, Setting>()
  for (const { process, file } of configFiles()) {
    const module = (await import(join(repository, file))) as Record<string, unknown>
    for (const entry of entriesOf(module)) {
      const known = settings.get(entry.env)
      if (known) known.readBy.push(process)
      else {
        settings.set(entry.env, {
          env: entry.env,
          doc: entry.doc,
          default: writtenDefault(entry),
          readBy: [process],
        })
      }
    }
  }
  return [...settings.values()].sort((a, b) => (a.env < b.env ? -1 : 1))
}
