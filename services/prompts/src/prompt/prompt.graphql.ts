import { isId } from '@quillworks/service-kit/ids'
import { entity } from '@quillworks/service-kit/subgraph-builder'
import { builder } from '../graphql/builder.ts'
import type { PromptsContext } from '../graphql/context.ts'
import { userRef } from '../graphql/external-refs.ts'
import { normalizeLabel } from '../label/label.ts'
import { read } from '../use-case.ts'
import { placeholderNames } from '../template/placeholders.ts'
import { effectiveVariables } from '../template/form-variables.ts'
import { openingOf } from './opening.ts'
import { listVersions } from './prompt-list.usecases.ts'
import { promptNotFound } from './prompt.errors.ts'
import type { Prompt, PromptContent } from './prompt.ts'
import { promptVersionConnectionRef, promptVersionRef } from './prompt-version.graphql.ts'
import { findVersion } from './prompt-version.repository.ts'
import type { PromptRow } from './prompt.table.ts'
import { settingsRef, variableRef, visibilityEnum } from './template.graphql.ts'

/** A row of a list, or a prompt that a mutation answers whole. */
export type PromptNode = PromptRow & Partial<Pick<Prompt, 'content' | 'tags'>>

async function contentOf(prompt: PromptNode, { loaders }: PromptsContext): Promise<PromptContent> {
  const content = prompt.content ?? (await loaders.content.load(prompt.versionId))
  // Deleted between two reads of one request.
  if (!content) throw promptNotFound()
  return content
}

export const promptRef = builder.objectRef<PromptNode>('Prompt').implement({
  description:
    'A template: title, system text, body with placeholders, model settings. Every save that changes it makes a version.',
  directives: entity('id'),
  fields: (t) => ({
    id: t.exposeID('id'),
    title: t.exposeString('title'),
    body: t.string({ resolve: async (prompt, _args, context) => (await contentOf(prompt, context)).body }),
    opening: t.string({
      description: 'The first line of the body that says something, cut at 140 characters.',
      resolve: async (prompt, _args, context) => openingOf((await contentOf(prompt, context)).body),
    }),
    system: t.string({
      resolve: async (prompt, _args, context) => (await contentOf(prompt, context)).system,
    }),
    model: t.exposeString('model', {
      nullable: true,
      description: "The default model as provider/model; none means the server's default.",
    }),
    settings: t.field({
      type: settingsRef,
      resolve: async (prompt, _args, context) => (await contentOf(prompt, context)).settings,
    }),
    variables: t.field({
      type: [variableRef],
      description:
        'The variables of the form in the order of the texts, a required text for each placeholder that is not declared; those that no text names come last.',
      resolve: async (prompt, _args, context) => {
        const content = await contentOf(prompt, context)
        return effectiveVariables(content.variables, placeholderNames(content))
      },
    }),
    placeholders: t.stringList({
      description: 'Names of the placeholders in system text and body, each once, in order.',
      resolve: async (prompt, _args, context) => placeholderNames(await contentOf(prompt, context)),
    }),
    tags: t.stringList({
      resolve: (prompt, _args, { loaders }) => prompt.tags ?? loaders.tags.load(prompt.id),
    }),
    visibility: t.expose('visibility', { type: visibilityEnum }),
    owner: t.field({ type: userRef, resolve: (prompt) => ({ id: prompt.ownerId }) }),
    projectId: t.exposeID('projectId'),
    archived: t.boolean({ resolve: (prompt) => prompt.archivedAt !== null }),
    archivedAt: t.expose('archivedAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    versionNumber: t.exposeInt('versionNumber', {
      description: 'Number of the newest version; pass it as baseVersion when saving.',
    }),
    version: t.field({
      type: promptVersionRef,
      nullable: true,
      description: 'A version by its number or label, the newest without either. Null where there is none.',
      args: { number: t.arg.int(), label: t.arg.string() },
      resolve: async (prompt, { number, label }, { runCase, loaders }) => {
        const { organizationId, id: promptId, versionNumber } = prompt
        const labeled = label == null ? undefined : await loaders.labels.load(promptId)
        const found = labeled?.find((one) => one.name === normalizeLabel(label ?? ''))?.version
        if (labeled && (found === undefined || (number ?? found) !== found)) return null
        const key = { organizationId, promptId, number: found ?? number ?? versionNumber }
        return (await read(runCase, (tx) => findVersion(tx, key))) ?? null
      },
    }),
    versions: t.field({
      type: promptVersionConnectionRef,
      description: 'Newest first.',
      args: { first: t.arg.int(), last: t.arg.int(), after: t.arg.string(), before: t.arg.string() },
      resolve: (prompt, page, { runCase }) => listVersions(runCase, { promptId: prompt.id, page }),
    }),
  }),
})

builder.queryField('prompt', (t) =>
  t.field({
    type: promptRef,
    nullable: true,
    description: 'Null where there is no such prompt or it is not shared with the caller.',
    args: { id: t.arg.id({ required: true }) },
    extensions: { scope: 'prompts:read' },
    resolve: (_root, { id }, { loaders }) => (isId(id) ? loaders.prompt.load(id.toLowerCase()) : null),
  }),
)
