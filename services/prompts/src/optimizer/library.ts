import { readFileSync } from 'node:fs'
import manifest from '../../package.json' with { type: 'json' }
import type { ModelSettings } from '@quillworks/executions/contract'
import { renderPrompt, type Rendering } from '../template/render.ts'
import { effectiveVariables } from '../template/form-variables.ts'
import { placeholderNames } from '../template/placeholders.ts'
import type { Variable } from '../template/variables.ts'

export const libraryKeys = ['optimize', 'optimize-system', 'generate', 'title', 'keep'] as const
export type LibraryKey = (typeof libraryKeys)[number]

/** The release that the built-in prompts come with, such as `0.1.0`. */
export const release = manifest.version

export function isLibraryKey(key: string): key is LibraryKey {
  return libraryKeys.some((known) => known === key)
}

/** A prompt that comes with Quillworks: a file in `library/`, in the grammar of every other prompt. */
export interface LibraryPrompt {
  key: LibraryKey
  title: string
  description: string
  system: string
  body: string
  settings: ModelSettings
  variables: Variable[]
}

/** Reads one file: `key: value` lines between `---`, then the texts under `# System` and `# Body`. */
export function readLibraryPrompt(key: LibraryKey, file: string): LibraryPrompt {
  const [, head = '', texts = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file) ?? []
  const facts = new Map(
    head.split('\n').map((line) => [line.split(':')[0] ?? '', line.replace(/^\w+:\s*/, '')]),
  )
  const fact = (name: string): string => {
    const value = facts.get(name)
    if (!value) throw new Error(`the library prompt ${key} does not say its ${name}`)
    return value
  }
  if (fact('key') !== key) throw new Error(`the library prompt ${key} calls itself ${fact('key')}`)
  const system = /(?:^|\n)# System\n([\s\S]*?)(?=\n# Body\n)/.exec(texts)?.[1]?.trim() ?? ''
  const body = /(?:^|\n)# Body\n([\s\S]*)$/.exec(texts)?.[1]?.trim() ?? ''
  const optional = new Set((facts.get('optional') ?? '').split(',').map((name) => name.trim()))
  const temperature = facts.get('temperature')
  return {
    key,
    title: fact('title'),
    description: fact('description'),
    system,
    body,
    settings: temperature === undefined ? {} : { temperature: Number(temperature) },
    variables: effectiveVariables([], placeholderNames({ system, body })).map((variable) => ({
      ...variable,
      type: 'long_text',
      required: !optional.has(variable.name),
    })),
  }
}

const library = new Map(
  libraryKeys.map((key) => {
    const file = readFileSync(new URL(`./library/${key}.md`, import.meta.url), 'utf8')
    return [key, readLibraryPrompt(key, file)] as const
  }),
)

export function libraryPrompt(key: LibraryKey): LibraryPrompt {
  const prompt = library.get(key)
  if (!prompt) throw new Error(`there is no library prompt ${key}`)
  return prompt
}

/** A library prompt with its values put in; the texts that it works on are never read as templates. */
export function renderLibrary(prompt: LibraryPrompt, values: Record<string, string>): Rendering {
  const names = placeholderNames(prompt)
  const used = Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)))
  const rendering = renderPrompt({ ...prompt, values: used })
  if (rendering.missing.length > 0) {
    throw new Error(`the library prompt ${prompt.key} has other variables than it is given`)
  }
  return rendering
}
