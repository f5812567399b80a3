import type { ExecutionPlan, StartExecution } from '@quillworks/executions/contract'
import { checkResultSubject, keepResultSubject } from './subjects.ts'
import { release, renderLibrary, type LibraryKey } from './library.ts'
import type { UsedLibraryPrompt } from './library-override.ts'
import { referencesOf } from './references.ts'
import type { Given } from './result.ts'

type Steps = StartExecution['plan']['steps']

/**
 * Asks a model and keeps what came of it. An optimization is checked in between: what it has lost is asked for once more,
 * in the same conversation; where it lost nothing, the second step says nothing.
 */
export function optimizerPlan(input: {
  given: Given
  /** The prompt that asks: the one of `libraryKeyOf`. */
  library: UsedLibraryPrompt
  model: string
  /** What the author wishes for an optimization, or the description of a prompt to be generated. */
  wish: string
}): Pick<ExecutionPlan, 'version' | 'conversation'> & { steps: Steps } {
  const { given, library, model, wish } = input
  const { system, body } = renderLibrary(library, valuesOf(given, wish))
  const prompt = recordOf(library)
  const asked = { model, settings: library.settings, system, body, message: '', prompt }
  const first: Steps[number] = { key: 'message[0]', kind: 'model', conversation: true, input: asked }
  const keep = (after: string[]): Steps[number] => ({
    key: 'result',
    kind: 'call',
    after,
    input: { subject: keepResultSubject },
  })
  if (given.kind !== 'optimization') {
    return { version: 1, conversation: false, steps: [first, keep(['message[0]'])] }
  }
  return {
    version: 1,
    conversation: false,
    steps: [
      first,
      { key: 'check', kind: 'call', after: ['message[0]'], input: { subject: checkResultSubject } },
      {
        key: 'message[1]',
        kind: 'model',
        conversation: true,
        after: ['check'],
        input: { ...asked, messageFrom: 'check' },
      },
      keep(['message[0]', 'message[1]']),
    ],
  }
}

/** How an execution tells which version it used: the built-in one of a release, or one of the organization's own. */
function recordOf({ key, version }: UsedLibraryPrompt) {
  const versionId = version === 0 ? `release:${release}` : `organization:${version}`
  return { id: `library:${key}`, versionId, version }
}

/** The library prompt that asks for what was given. */
export function libraryKeyOf({ kind, part }: Given): LibraryKey {
  if (kind === 'generation') return 'generate'
  if (kind === 'title') return 'title'
  return part === 'system' ? 'optimize-system' : 'optimize'
}

function valuesOf(given: Given, wish: string): Record<string, string> {
  const { kind, part, title, system, body } = given
  if (kind === 'generation') return { description: wish }
  if (kind === 'title') return { system, body }
  const kept = referencesOf({ system, body: part === 'system' ? '' : body })
  return {
    title,
    system,
    body,
    keep: kept.join(', ') || 'there are none',
    instruction: wish || 'nothing in particular',
  }
}
