import { defineConfig } from '@quillworks/service-kit/config'
import { startModelServer, type ModelServer, type ScriptedAnswer } from '@quillworks/testing/model-server'
import type { ModelRequest, ModelResult, Models } from './call-model.ts'
import { modelConfigEntries, type ModelConfig } from './model.config.ts'
import { ModelError } from './model.errors.ts'
import { createModels, type ModelDependencies } from './models.ts'

const organizationId = '01990000-0000-7000-8000-000000000001'

/** The three protocols by a model id that speaks each; `compat` is a server of one's own. */
export const protocols = [
  { protocol: 'chat', model: 'compat/scripted-1' },
  { protocol: 'responses', model: 'openai/scripted-1' },
  { protocol: 'messages', model: 'anthropic/scripted-1' },
] as const

export type Outcome = ({ ok: true; result: ModelResult } | { ok: false; error: ModelError }) & {
  heard: string[]
}

export interface Fixture {
  server: ModelServer
  models: Models
  call: (
    model: string,
    options?: { signal?: AbortSignal; request?: Partial<ModelRequest>; organizationId?: string },
  ) => Promise<Outcome>
  close: () => Promise<void>
}

/** A model module whose providers are one scripted server, with limits that no test reaches by chance. */
export function createFixture(
  overrides: Partial<ModelConfig> = {},
  dependencies: ModelDependencies = {},
  script: ScriptedAnswer[] = [],
): Fixture {
  const server = startModelServer({ script })
  const config: ModelConfig = {
    ...defineConfig(modelConfigEntries)({}),
    openaiApiKey: 'openai-key',
    anthropicApiKey: 'anthropic-key',
    openaiBaseUrl: server.openaiBaseUrl,
    openaiWire: 'responses',
    anthropicBaseUrl: server.anthropicBaseUrl,
    xaiBaseUrl: server.openaiBaseUrl,
    modelServers: [{ name: 'compat', baseUrl: server.openaiBaseUrl, apiKey: 'compat-key' }],
    modelIdleMs: 10_000,
    modelFirstMs: 10_000,
    modelTotalMs: 30_000,
    demoDelayMs: 0,
    ...overrides,
  }
  const models = createModels(config, dependencies)
  return {
    server,
    models,
    close: server.close,
    async call(model, options = {}) {
      const heard: string[] = []
      let isFirst = false
      const request = {
        model,
        settings: {},
        system: '',
        messages: [{ role: 'user' as const, content: 'Hi' }],
        ...options.request,
      }
      try {
        const result = await models.callModel({
          organizationId: options.organizationId ?? organizationId,
          request,
          signal: options.signal ?? new AbortController().signal,
          onText: (text) => heard.push(isFirst ? text : `text before the first token: ${text}`),
          onFirstToken: () => void (isFirst = true),
        })
        return { ok: true, result, heard }
      } catch (error) {
        if (!(error instanceof ModelError)) throw error
        return { ok: false, error, heard }
      }
    },
  }
}
