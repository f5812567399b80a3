import { isId } from '@quillworks/service-kit/ids'
import { builder } from '../graphql/builder.ts'
import { executionRef } from '../graphql/external-refs.ts'
import { checkedId } from '../ids.ts'
import { variableInput, variableRef, variablesOf } from '../prompt/template.graphql.ts'
import { libraryKeys, libraryPrompt, type LibraryKey } from './library.ts'
import type { OptimizationRow } from './optimization.table.ts'
import { generatePrompt, generateTitle, optimizationResult, optimizePrompt } from './optimizer.usecases.ts'
import { optimizationKinds, optimizationParts } from './result.ts'

const partEnum = builder.enumType('OptimizationPart', {
  values: optimizationParts,
  description: 'What of a prompt is optimized: system text and body, or the system text alone.',
})
const kindEnum = builder.enumType('OptimizationKind', { values: optimizationKinds })

const optimizeInput = builder.inputType('OptimizePromptInput', {
  description:
    'Unsaved texts, a promptId with a version where not the newest is meant, or both, the texts first.',
  fields: (t) => ({
    promptId: t.id(),
    version: t.int(),
    title: t.string(),
    system: t.string(),
    body: t.string(),
    variables: t.field({ type: [variableInput] }),
    part: t.field({ type: partEnum, required: true, defaultValue: 'whole' }),
    instruction: t.string({ description: 'What the author wishes for it.' }),
    model: t.string(),
    idempotencyKey: t.string(),
  }),
})

const generateInput = builder.inputType('GeneratePromptInput', {
  fields: (t) => ({
    description: t.string({ required: true }),
    model: t.string(),
    idempotencyKey: t.string(),
  }),
})

const titleInput = builder.inputType('GenerateTitleInput', {
  description: 'As OptimizePromptInput.',
  fields: (t) => ({
    promptId: t.id(),
    version: t.int(),
    system: t.string(),
    body: t.string(),
    model: t.string(),
    idempotencyKey: t.string(),
  }),
})

const usedRef = builder.objectRef<{ key: LibraryKey; version: number }>('UsedLibraryPrompt').implement({
  fields: (t) => ({
    key: t.exposeString('key'),
    title: t.string({ resolve: ({ key }) => libraryPrompt(key).title }),
    version: t.int({
      nullable: true,
      description: "Number of the organization's own version; null for the built-in prompt.",
      resolve: ({ version }) => (version === 0 ? null : version),
    }),
  }),
})

const resultRef = builder.objectRef<OptimizationRow>('OptimizationResult').implement({
  description:
    'What an optimizer was given and, once done, what came of it. Nothing of it is saved with the prompt.',
  fields: (t) => ({
    execution: t.field({ type: executionRef, resolve: (row) => ({ id: row.executionId }) }),
    kind: t.expose('kind', { type: kindEnum }),
    part: t.expose('part', { type: partEnum }),
    done: t.boolean({ resolve: (row) => row.result !== null }),
    givenTitle: t.exposeString('title'),
    givenSystem: t.exposeString('system'),
    givenBody: t.exposeString('body'),
    title: t.string({ nullable: true, resolve: (row) => row.result?.title }),
    system: t.string({ nullable: true, resolve: (row) => row.result?.system }),
    body: t.string({ nullable: true, resolve: (row) => row.result?.body }),
    variables: t.field({
      type: [variableRef],
      nullable: true,
      description: 'The variables for the result; those of an optimized prompt stay as they were declared.',
      resolve: (row) => row.result?.variables,
    }),
    library: t.field({
      type: [usedRef],
      description: 'The library prompts that it uses.',
      resolve: (row) =>
        libraryKeys.flatMap((key) => {
          const version = row.library[key]
          return version === undefined ? [] : [{ key, version }]
        }),
    }),
    lost: t.stringList({
      nullable: true,
      description: 'Placeholders and snippets as written, such as {{topic}}, that the result no longer has.',
      resolve: (row) => row.result?.lost,
    }),
    added: t.stringList({
      nullable: true,
      description: 'Placeholders and snippets that only the result has.',
      resolve: (row) => row.result?.added,
    }),
    corrected: t.boolean({
      nullable: true,
      description: 'True where the first answer had lost some and they were asked for once more.',
      resolve: (row) => row.result?.corrected,
    }),
    problems: t.stringList({
      nullable: true,
      description: 'What is wrong with the form of the answer, in words for people.',
      resolve: (row) => row.result?.problems,
    }),
  }),
})

builder.queryFields((t) => ({
  optimizationResult: t.field({
    type: resultRef,
    nullable: true,
    description:
      'What came of optimizePrompt, generatePrompt or generateTitle; null where the caller started no such execution. Kept for 30 days.',
    args: { executionId: t.arg.id({ required: true }) },
    extensions: { scope: 'prompts:read' },
    resolve: (_root, { executionId }, { runCase }) =>
      isId(executionId) ? optimizationResult(runCase, executionId.toLowerCase()) : null,
  }),
}))

const run = { scope: 'executions:write' }
const promptIdOf = (id: string | null | undefined) => (id == null ? null : checkedId(id, 'prompt'))

builder.mutationFields((t) => ({
  optimizePrompt: t.field({
    type: executionRef,
    description: 'Streams like any execution, in no history; optimizationResult tells what came of it.',
    args: { input: t.arg({ type: optimizeInput, required: true }) },
    extensions: run,
    resolve: (_root, { input }, { runCase }) =>
      optimizePrompt(runCase, {
        ...input,
        promptId: promptIdOf(input.promptId),
        variables: variablesOf(input.variables),
      }),
  }),
  generatePrompt: t.field({
    type: executionRef,
    description: 'As optimizePrompt.',
    args: { input: t.arg({ type: generateInput, required: true }) },
    extensions: run,
    resolve: (_root, { input }, { runCase }) => generatePrompt(runCase, input),
  }),
  generateTitle: t.field({
    type: executionRef,
    description: 'As optimizePrompt.',
    args: { input: t.arg({ type: titleInput, required: true }) },
    extensions: run,
    resolve: (_root, { input }, { runCase }) =>
      generateTitle(runCase, { ...input, promptId: promptIdOf(input.promptId) }),
  }),
}))
