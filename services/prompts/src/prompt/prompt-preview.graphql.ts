import type { Issue } from '@quillworks/service-kit/errors'
import { builder } from '../graphql/builder.ts'
import { checkedId } from '../ids.ts'
import type { Placeholder } from '../template/placeholders.ts'
import type { Rendering, SnippetText } from '../template/render.ts'
import { valueOrigins, type ValueSource } from '../template/resolve-values.ts'
import { previewPrompt } from './prompt-preview.usecases.ts'
import { variableInput, variableRef, variablesOf } from './template.graphql.ts'

const placeEnum = builder.enumType('PlaceholderPlace', { values: ['body', 'system'] as const })

const originEnum = builder.enumType('ValueOrigin', {
  values: valueOrigins,
  description: 'Given at the call, or kept as a scoped variable, or the default of the prompt.',
})

const placeholderRef = builder.objectRef<Placeholder>('Placeholder').implement({
  description: 'One placeholder found; start and end count UTF-16 units.',
  fields: (t) => ({
    name: t.exposeString('name'),
    in: t.expose('in', { type: placeEnum }),
    start: t.exposeInt('start'),
    end: t.exposeInt('end'),
  }),
})

const issueRef = builder.objectRef<Issue>('PromptIssue').implement({
  fields: (t) => ({
    path: t.stringList({ resolve: (issue) => issue.path.map(String) }),
    message: t.exposeString('message'),
  }),
})

const sourceRef = builder.objectRef<ValueSource>('ValueSource').implement({
  description: 'Where the value of a variable came from.',
  fields: (t) => ({
    name: t.exposeString('name'),
    from: t.expose('from', { type: originEnum }),
    value: t.field({ type: 'JSON', nullable: true, resolve: (source) => source.value }),
  }),
})

const usedSnippetRef = builder.objectRef<SnippetText>('UsedSnippet').implement({
  description: 'A snippet as it was put in.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    version: t.exposeInt('version'),
    text: t.exposeString('text'),
  }),
})

const previewRef = builder.objectRef<Rendering>('PromptPreview').implement({
  fields: (t) => ({
    body: t.exposeString('body', {
      description: 'The rendered body; a placeholder without a usable value stays as written.',
    }),
    system: t.exposeString('system', { description: 'The rendered system text.' }),
    text: t.exposeString('text', {
      description: 'The first request: the body, a blank line and the message.',
    }),
    missing: t.exposeStringList('missing', { description: 'Names of required variables without a value.' }),
    unknown: t.exposeStringList('unknown', {
      description: 'Names of given values that no variable or placeholder has.',
    }),
    issues: t.expose('issues', { type: [issueRef], description: 'Values of a wrong type or size.' }),
    warnings: t.exposeStringList('warnings', {
      description: 'What works but may not be meant, such as a declared variable that no placeholder uses.',
    }),
    placeholders: t.expose('placeholders', { type: [placeholderRef] }),
    variables: t.expose('variables', {
      type: [variableRef],
      description: 'The variables of the form, as in Prompt.variables.',
    }),
    sources: t.expose('sources', {
      type: [sourceRef],
      description: 'Where each value came from; a variable without a value is left out.',
    }),
    snippets: t.expose('snippets', {
      type: [usedSnippetRef],
      description: 'The snippets that were put in, each once, in the order of their first occurrence.',
    }),
    snippetNames: t.stringList({
      description: 'The names of all snippets that the texts refer to, unknown ones too.',
      resolve: (rendering) => rendering.references,
    }),
  }),
})

const previewInput = builder.inputType('PromptPreviewInput', {
  description:
    'A promptId, with a version or a label where not the newest is meant, or unsaved texts; or both, the latter first.',
  fields: (t) => ({
    promptId: t.id(),
    version: t.int(),
    label: t.string(),
    body: t.string(),
    system: t.string(),
    variables: t.field({ type: [variableInput] }),
    values: t.field({ type: 'JSON' }),
    message: t.string(),
  }),
})

builder.queryField('promptPreview', (t) =>
  t.field({
    type: previewRef,
    args: { input: t.arg({ type: previewInput, required: true }) },
    extensions: { scope: 'prompts:read' },
    resolve: (_root, { input }, { runCase }) =>
      previewPrompt(runCase, {
        ...input,
        promptId: input.promptId == null ? null : checkedId(input.promptId, 'prompt'),
        variables: variablesOf(input.variables),
      }),
  }),
)
