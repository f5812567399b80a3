import type { Identity } from '@quillworks/service-kit/identity'
import type { PromptsServer } from './prompts-server.ts'

export const CREATE = `mutation ($input: CreatePromptInput!) { createPrompt(input: $input) {
  id title body system model versionNumber tags visibility archived placeholders owner { id } projectId
  settings { temperature maxOutputTokens topP }
  variables { name type required default description choices }
} }`
export const UPDATE = `mutation ($input: UpdatePromptInput!) { updatePrompt(input: $input) { id title body versionNumber tags visibility updatedAt } }`
export const GET = `query ($id: ID!) { prompt(id: $id) { id title body versionNumber tags visibility archived
  versions { edges { node { number title body comment restoredFrom createdBy { id } } } } } }`

/** What these operations answer of a prompt. */
export interface PromptAnswer {
  id: string
  title: string
  body: string
  versionNumber: number
  tags: string[]
  visibility: string
  archived: boolean
  versions: {
    edges: {
      node: {
        number: number
        title: string
        body: string
        comment: string | null
        restoredFrom: number | null
        createdBy: { id: string }
      }
    }[]
  }
}

/** Makes prompts and reads them back over a running server. */
export interface PromptFixture {
  create: (identity: Identity, input?: Record<string, unknown>) => Promise<PromptAnswer>
  get: (identity: Identity, id: string) => Promise<PromptAnswer | null>
}

export function promptFixture(server: PromptsServer): PromptFixture {
  return {
    create: async (identity, input = {}) => {
      const { createPrompt } = await server.ask<{ createPrompt: PromptAnswer }>(identity, CREATE, {
        input: { title: 'A prompt', body: 'Write about {{topic}}.', ...input },
      })
      return createPrompt
    },
    get: async (identity, id) =>
      (await server.ask<{ prompt: PromptAnswer | null }>(identity, GET, { id })).prompt,
  }
}
