import { z } from 'zod'

/** What every event about a prompt tells; its texts and its title stay in Postgres, for it may be private. */
const promptFacts = z.object({
  promptId: z.uuid(),
  projectId: z.uuid(),
  ownerId: z.uuid(),
  visibility: z.enum(['private', 'organization']),
  versionId: z.uuid(),
  version: z.number().int().min(1),
  /** Who did it. */
  userId: z.uuid(),
})

/** What is told of a move of a label that asks for a review. */
const labelMoveFacts = promptFacts.extend({
  moveId: z.uuid(),
  label: z.string(),
  fromVersion: z.number().int().nullable(),
  /** null where the label is to be taken away. */
  toVersion: z.number().int().nullable(),
  requestedBy: z.uuid(),
})

/** The data of each event, by its CloudEvents type. Additive changes keep v1. */
export const promptEventSchemas = {
  'quillworks.prompt.created.v1': promptFacts.extend({
    /** The prompt that this one copies. */
    duplicateOf: z.uuid().optional(),
  }),
  'quillworks.prompt.updated.v1': promptFacts.extend({
    changed: z.array(z.enum(['version', 'tags', 'visibility'])).min(1),
    /** The number of the version that was restored. */
    restoredFrom: z.number().int().optional(),
  }),
  'quillworks.prompt.labeled.v1': promptFacts.extend({
    label: z.string(),
    /** Number of the version that the label stands for now; null where it was taken away. */
    labeledVersion: z.number().int().nullable(),
    previousVersion: z.number().int().nullable(),
    /** Who asked for it, where somebody else approved it. */
    requestedBy: z.uuid().optional(),
  }),
  'quillworks.prompt.label_requested.v1': labelMoveFacts,
  /** Beside `labeled`, which tells of every move. */
  'quillworks.prompt.label_approved.v1': labelMoveFacts,
  'quillworks.prompt.label_rejected.v1': labelMoveFacts,
  'quillworks.prompt.label_withdrawn.v1': labelMoveFacts,
  'quillworks.prompt.archived.v1': promptFacts,
  'quillworks.prompt.unarchived.v1': promptFacts,
  'quillworks.prompt.deleted.v1': promptFacts,
} as const

export type PromptEventType = keyof typeof promptEventSchemas
export type PromptEventData<T extends PromptEventType> = z.infer<(typeof promptEventSchemas)[T]>

/** What every event about a snippet tells; its name and text stay in Postgres, for it may be private. */
const snippetFacts = z.object({
  snippetId: z.uuid(),
  projectId: z.uuid(),
  ownerId: z.uuid(),
  visibility: z.enum(['private', 'organization']),
  versionId: z.uuid(),
  version: z.number().int().min(1),
  /** Who did it. */
  userId: z.uuid(),
})

/** As `promptEventSchemas`. */
export const snippetEventSchemas = {
  'quillworks.snippet.created.v1': snippetFacts,
  'quillworks.snippet.updated.v1': snippetFacts.extend({
    changed: z.array(z.enum(['version', 'visibility'])).min(1),
  }),
  'quillworks.snippet.deleted.v1': snippetFacts,
} as const

export type SnippetEventType = keyof typeof snippetEventSchemas
export type SnippetEventData<T extends SnippetEventType> = z.infer<(typeof snippetEventSchemas)[T]>

/** What every event about a scoped variable tells; its name and value stay in Postgres. */
const variableFacts = z.object({
  variableId: z.uuid(),
  scope: z.enum(['user', 'project', 'organization']),
  /** The user, project or organization that the value is kept for. */
  subjectId: z.uuid(),
  visibility: z.enum(['private', 'organization']),
  /** Who did it. */
  userId: z.uuid(),
})

/** As `promptEventSchemas`. */
export const variableEventSchemas = {
  'quillworks.variable.set.v1': variableFacts,
  'quillworks.variable.deleted.v1': variableFacts,
} as const

export type VariableEventType = keyof typeof variableEventSchemas
