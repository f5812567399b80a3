import { builder } from '../graphql/builder.ts'
import { checkedId } from '../ids.ts'
import { visibilityEnum } from '../prompt/template.graphql.ts'
import { snippetRef } from './snippet.graphql.ts'
import { createSnippet, deleteSnippet, updateSnippet } from './snippet.usecases.ts'

const createInput = builder.inputType('CreateSnippetInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    text: t.string({ required: true }),
    visibility: t.field({ type: visibilityEnum, defaultValue: 'private' }),
    comment: t.string(),
  }),
})

const updateInput = builder.inputType('UpdateSnippetInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    baseVersion: t.int(),
    name: t.string(),
    text: t.string(),
    visibility: t.field({ type: visibilityEnum }),
    comment: t.string(),
  }),
})

const write = { scope: 'prompts:write' }

builder.mutationFields((t) => ({
  createSnippet: t.field({
    type: snippetRef,
    description: 'A name that the caller has already, or that is shared already, is snippet.name_taken.',
    args: { input: t.arg({ type: createInput, required: true }) },
    extensions: write,
    resolve: (_root, { input }, { runCase }) => createSnippet(runCase, input),
  }),
  updateSnippet: t.field({
    type: snippetRef,
    description:
      'What is left out stays as it is. With a baseVersion that is no longer the newest: snippet.conflict.',
    args: { input: t.arg({ type: updateInput, required: true }) },
    extensions: write,
    resolve: (_root, { input }, { runCase }) =>
      updateSnippet(runCase, { ...input, id: checkedId(input.id, 'snippet') }),
  }),
  deleteSnippet: t.field({
    type: snippetRef,
    description: 'Prompts that name it keep the name as written. Answers the snippet as it was.',
    args: { id: t.arg.id({ required: true }) },
    extensions: write,
    resolve: (_root, { id }, { runCase }) => deleteSnippet(runCase, { id: checkedId(id, 'snippet') }),
  }),
}))
