import { entity } from '@quillworks/service-kit/subgraph-builder'
import { builder } from '../graphql/builder.ts'
import { userRef } from '../graphql/external-refs.ts'
import { promptConnectionRef, promptSortEnum } from '../prompt/prompt-list.graphql.ts'
import { listPrompts } from '../prompt/prompt-list.usecases.ts'
import { visibilityEnum } from '../prompt/template.graphql.ts'
import { read } from '../use-case.ts'
import { listSnippetVersions } from './snippet-list.usecases.ts'
import { snippetNotFound } from './snippet.errors.ts'
import { findSnippetVersion } from './snippet.repository.ts'
import type { SnippetRow } from './snippet.table.ts'
import type { Snippet } from './snippet.ts'
import { snippetVersionConnectionRef, snippetVersionRef } from './snippet-version.graphql.ts'

/** A row of a list, or a snippet that a mutation answers whole. */
export type SnippetNode = SnippetRow & Partial<Pick<Snippet, 'text'>>

export const snippetRef = builder.objectRef<SnippetNode>('Snippet').implement({
  description:
    'Reusable text that templates name as @name. Its current text is put in at each generation, as it is.',
  directives: entity('id'),
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name', { description: 'Without the @; told apart regardless of case.' }),
    text: t.string({
      resolve: async (snippet, _args, { loaders }) => {
        const text = snippet.text ?? (await loaders.snippetText.load(snippet.versionId))
        // Deleted between two reads of one request.
        if (text === null) throw snippetNotFound()
        return text
      },
    }),
    visibility: t.expose('visibility', { type: visibilityEnum }),
    owner: t.field({ type: userRef, resolve: (snippet) => ({ id: snippet.ownerId }) }),
    projectId: t.exposeID('projectId'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    versionNumber: t.exposeInt('versionNumber', {
      description: 'Number of the newest version; pass it as baseVersion when saving.',
    }),
    resolves: t.boolean({
      description:
        "True where its name means this snippet in the caller's executions. A shared one gives way to one's own of the same name.",
      resolve: async (snippet, _args, { loaders }) =>
        (await loaders.meant.load(snippet.nameKey))?.id === snippet.id,
    }),
    usedBy: t.field({
      type: promptConnectionRef,
      description: 'The prompts whose newest version names it, archived ones too.',
      args: {
        first: t.arg.int(),
        last: t.arg.int(),
        after: t.arg.string(),
        before: t.arg.string(),
        sort: t.arg({ type: promptSortEnum, defaultValue: 'updated_desc' }),
      },
      resolve: (snippet, { sort, ...page }, { runCase }) =>
        listPrompts(runCase, {
          page,
          sort: sort ?? 'updated_desc',
          filter: {
            search: null,
            tag: null,
            model: null,
            label: null,
            projectId: null,
            archived: null,
            snippet: snippet.name,
          },
        }),
    }),
    version: t.field({
      type: snippetVersionRef,
      nullable: true,
      description: 'A version by its number, the newest without one. Null where there is none.',
      args: { number: t.arg.int() },
      resolve: async (snippet, { number }, { runCase }) => {
        const { organizationId, id: snippetId, versionNumber } = snippet
        const key = { organizationId, snippetId, number: number ?? versionNumber }
        return (await read(runCase, (tx) => findSnippetVersion(tx, key))) ?? null
      },
    }),
    versions: t.field({
      type: snippetVersionConnectionRef,
      description: 'Newest first.',
      args: { first: t.arg.int(), last: t.arg.int(), after: t.arg.string(), before: t.arg.string() },
      resolve: (snippet, page, { runCase }) => listSnippetVersions(runCase, { snippetId: snippet.id, page }),
    }),
  }),
})
