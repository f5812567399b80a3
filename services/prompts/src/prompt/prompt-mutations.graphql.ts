import { builder } from '../graphql/builder.ts'
import { checkedId } from '../ids.ts'
import { archivePrompt, commentPromptVersion, deletePrompt } from './prompt-lifecycle.usecases.ts'
import { createPrompt, duplicatePrompt, restorePromptVersion, updatePrompt } from './prompt.usecases.ts'
import { promptRef } from './prompt.graphql.ts'
import { settingsInput, settingsOf, variableInput, variablesOf, visibilityEnum } from './template.graphql.ts'

const createInput = builder.inputType('CreatePromptInput', {
  fields: (t) => ({
    title: t.string({ required: true }),
    body: t.string(),
    system: t.string(),
    model: t.string(),
    settings: t.field({ type: settingsInput }),
    variables: t.field({ type: [variableInput] }),
    tags: t.stringList(),
    visibility: t.field({ type: visibilityEnum, defaultValue: 'private' }),
    comment: t.string(),
  }),
})

const updateInput = builder.inputType('UpdatePromptInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    baseVersion: t.int(),
    title: t.string(),
    body: t.string(),
    system: t.string(),
    model: t.string(),
    settings: t.field({ type: settingsInput }),
    variables: t.field({ type: [variableInput] }),
    tags: t.stringList(),
    visibility: t.field({ type: visibilityEnum }),
    comment: t.string(),
  }),
})

const write = { scope: 'prompts:write' }

builder.mutationFields((t) => ({
  createPrompt: t.field({
    type: promptRef,
    args: { input: t.arg({ type: createInput, required: true }) },
    extensions: write,
    resolve: (_root, { input }, { runCase }) =>
      createPrompt(runCase, {
        ...input,
        settings: settingsOf(input.settings),
        variables: variablesOf(input.variables),
      }),
  }),
  updatePrompt: t.field({
    type: promptRef,
    description:
      'What is left out stays as it is. With a baseVersion that is no longer the newest: prompt.conflict.',
    args: { input: t.arg({ type: updateInput, required: true }) },
    extensions: write,
    resolve: (_root, { input }, { runCase }) =>
      updatePrompt(runCase, {
        ...input,
        id: checkedId(input.id, 'prompt'),
        settings: settingsOf(input.settings),
        variables: variablesOf(input.variables),
      }),
  }),
  archivePrompt: t.field({
    type: promptRef,
    args: {
      id: t.arg.id({ required: true }),
      archived: t.arg.boolean({ required: true, defaultValue: true }),
    },
    extensions: write,
    resolve: (_root, { id, archived }, { runCase }) =>
      archivePrompt(runCase, { id: checkedId(id, 'prompt'), archived }),
  }),
  deletePrompt: t.field({
    type: promptRef,
    description: 'Its executions and documents stay, with its name. Answers the prompt as it was.',
    args: { id: t.arg.id({ required: true }) },
    extensions: write,
    resolve: (_root, { id }, { runCase }) => deletePrompt(runCase, { id: checkedId(id, 'prompt') }),
  }),
  duplicatePrompt: t.field({
    type: promptRef,
    args: { id: t.arg.id({ required: true }), title: t.arg.string(), version: t.arg.int() },
    extensions: write,
    resolve: (_root, { id, ...input }, { runCase }) =>
      duplicatePrompt(runCase, { ...input, id: checkedId(id, 'prompt') }),
  }),
  restorePromptVersion: t.field({
    type: promptRef,
    description: "Saves an older version's content as the newest version.",
    args: {
      id: t.arg.id({ required: true }),
      version: t.arg.int({ required: true }),
      baseVersion: t.arg.int(),
      comment: t.arg.string(),
    },
    extensions: write,
    resolve: (_root, { id, ...input }, { runCase }) =>
      restorePromptVersion(runCase, { ...input, id: checkedId(id, 'prompt') }),
  }),
  commentPromptVersion: t.field({
    type: promptRef,
    args: {
      id: t.arg.id({ required: true }),
      version: t.arg.int({ required: true }),
      comment: t.arg.string({ required: true }),
    },
    extensions: write,
    resolve: async (_root, { id, ...input }, { runCase }) =>
      commentPromptVersion(runCase, { ...input, id: checkedId(id, 'prompt') }),
  }),
}))
