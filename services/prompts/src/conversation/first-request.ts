import type { ModelInput, StartExecution } from '@quillworks/executions/contract'
import type { Identity } from '@quillworks/service-kit/identity'
import type { Rendering } from '../template/render.ts'
import type { ModelSettings } from '@quillworks/executions/contract'

/** The version that a message is rendered from. */
export interface MessageSource {
  promptId: string
  versionId: string
  version: number
  settings: ModelSettings
  /** The label that the version was asked for by. */
  label?: string | undefined
}

/** One message as the engine takes it: what was rendered, and the values and snippets it was rendered with. */
export function modelInput(input: {
  source: MessageSource
  rendering: Rendering
  model: string
  message: string
}): ModelInput {
  const { source, rendering, model, message } = input
  return {
    model,
    settings: source.settings,
    system: rendering.system,
    body: rendering.body,
    message,
    values: rendering.values,
    sources: Object.fromEntries(rendering.sources.map(({ name, from }) => [name, from])),
    snippets: rendering.snippets.map(({ id, name, version }) => ({ id, name, version })),
    prompt: {
      id: source.promptId,
      versionId: source.versionId,
      version: source.version,
      ...(source.label === undefined ? {} : { label: source.label }),
    },
  }
}

/** In whose name the engine runs it; the execution stands in its prompt's project. */
export function runAsOf(identity: Identity, projectId: string): StartExecution['runAs'] {
  const { organizationId, userId, scopes } = identity
  return { organizationId, projectId, userId, scopes }
}

/** The request that starts one run of a prompt: a single model step, which a conversation adds more to. */
export function firstRequest(input: {
  id: string
  identity: Identity
  prompt: {
    id: string
    title: string
    projectId: string
    visibility: 'private' | 'organization'
    version: number
  }
  message: ModelInput
  /** What a conversation is called; anything else is called like its prompt. */
  name: string
  chat: boolean
  track: boolean
  idempotency: StartExecution['idempotency']
}): StartExecution {
  const { id, identity, prompt, message, name, chat, track, idempotency } = input
  return {
    id,
    kind: chat ? 'chat' : 'prompt',
    name: chat ? name : prompt.title,
    runAs: runAsOf(identity, prompt.projectId),
    plan: {
      version: 1,
      conversation: chat,
      steps: [{ key: 'message[0]', kind: 'model', conversation: chat, input: message }],
    },
    track,
    visibility: prompt.visibility,
    trigger: identity.principal.startsWith('key:') ? 'api' : 'manual',
    source: { type: 'prompt', id: prompt.id, name: prompt.title, version: prompt.version },
    ...(idempotency ? { idempotency } : {}),
  }
}
