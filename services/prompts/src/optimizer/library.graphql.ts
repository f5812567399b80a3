import { administrationOf } from '../audit/audit.ts'
import { builder } from '../graphql/builder.ts'
import { userRef } from '../graphql/external-refs.ts'
import { settingsInput, settingsOf, settingsRef, variableRef } from '../prompt/template.graphql.ts'
import { placeholderNames } from '../template/placeholders.ts'
import { isLibraryKey, release } from './library.ts'
import { placeholderFaults, type LibraryOverride } from './library-override.ts'
import {
  libraryPrompts,
  overrideLibraryPrompt,
  restoreLibraryPrompt,
  type DecidedLibraryPrompt,
} from './library-override.usecases.ts'

const overrideRef = builder.objectRef<LibraryOverride>('LibraryOverride').implement({
  description: "An organization's own version of a library prompt.",
  fields: (t) => ({
    version: t.exposeInt('number', { description: 'Counts every decision about this library prompt.' }),
    system: t.exposeString('system'),
    body: t.exposeString('body'),
    settings: t.expose('settings', { type: settingsRef }),
    comment: t.exposeString('comment', { nullable: true }),
    release: t.exposeString('release', {
      description: 'The release whose built-in prompt it was made from.',
    }),
    faults: t.stringList({
      description:
        'Placeholders that this release needs and it lacks, or that it has and this release does not fill.',
      resolve: (row) => {
        if (!isLibraryKey(row.key)) return []
        const { missing, unknown } = placeholderFaults(row.key, row)
        return [...missing, ...unknown]
      },
    }),
    createdBy: t.field({ type: userRef, resolve: (row) => ({ id: row.createdBy }) }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

const libraryRef = builder.objectRef<DecidedLibraryPrompt>('LibraryPrompt').implement({
  description:
    'A prompt that comes with Quillworks, as it is built in, and what the organization uses in its place.',
  fields: (t) => ({
    key: t.exposeString('key'),
    title: t.exposeString('title'),
    description: t.exposeString('description'),
    system: t.exposeString('system'),
    body: t.exposeString('body'),
    settings: t.expose('settings', { type: settingsRef }),
    variables: t.expose('variables', { type: [variableRef] }),
    placeholders: t.stringList({
      description: "What an organization's own version has to have.",
      resolve: (prompt) => placeholderNames(prompt),
    }),
    release: t.string({ description: 'The release it comes with.', resolve: () => release }),
    override: t.field({
      type: overrideRef,
      nullable: true,
      description: "The organization's own version, which is used in its place.",
      resolve: (prompt) => prompt.override,
    }),
    decisions: t.exposeInt('decisions', {
      description: 'How often the organization has decided about it; pass it as baseDecisions.',
    }),
  }),
})

const overrideInput = builder.inputType('OverrideLibraryPromptInput', {
  fields: (t) => ({
    key: t.string({ required: true }),
    system: t.string({ required: true }),
    body: t.string({ required: true }),
    settings: t.field({ type: settingsInput }),
    comment: t.string(),
    baseDecisions: t.int({
      required: true,
      description: 'What decisions told when it was read; else library_prompt.conflict.',
    }),
  }),
})

builder.queryField('libraryPrompts', (t) =>
  t.field({
    type: [libraryRef],
    description: 'The prompts that optimizers run.',
    extensions: { scope: 'prompts:read' },
    resolve: (_root, _args, { runCase }) => libraryPrompts(runCase),
  }),
)

const write = { scope: 'prompts:write' }

builder.mutationFields((t) => ({
  overrideLibraryPrompt: t.field({
    type: libraryRef,
    description: "Has the organization's optimizers use another text. For admins and owners.",
    args: { input: t.arg({ type: overrideInput, required: true }) },
    extensions: write,
    resolve: (_root, { input }, { runCase, request }) =>
      overrideLibraryPrompt(administrationOf(runCase, request), {
        ...input,
        settings: settingsOf(input.settings) ?? {},
        comment: input.comment ?? null,
      }),
  }),
  restoreLibraryPrompt: t.field({
    type: libraryRef,
    description: 'Has them use the built-in prompt again. For admins and owners.',
    args: {
      key: t.arg.string({ required: true }),
      baseDecisions: t.arg.int({ required: true }),
    },
    extensions: write,
    resolve: (_root, input, { runCase, request }) =>
      restoreLibraryPrompt(administrationOf(runCase, request), input),
  }),
}))
