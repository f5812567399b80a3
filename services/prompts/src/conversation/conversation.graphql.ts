import { builder } from '../graphql/builder.ts'
import { executionRef } from '../graphql/external-refs.ts'
import { checkedId } from '../ids.ts'
import { regenerateMessage, sendMessage } from './conversation.usecases.ts'
import { runPrompt } from './run-prompt.usecases.ts'

const runInput = builder.inputType('RunPromptInput', {
  fields: (t) => ({
    promptId: t.id({ required: true }),
    version: t.int(),
    label: t.string({ description: 'Instead of a version: the one that has this label.' }),
    values: t.field({ type: 'JSON' }),
    message: t.string(),
    model: t.string(),
    chat: t.boolean({
      required: true,
      defaultValue: false,
      description: 'A conversation waits for the next message after each answer.',
    }),
    track: t.boolean({ required: true, defaultValue: true }),
    idempotencyKey: t.string(),
  }),
})

const messageInput = builder.inputType('SendMessageInput', {
  fields: (t) => ({
    executionId: t.id({ required: true }),
    message: t.string({ required: true }),
    model: t.string({ description: "The conversation's model where left out." }),
    values: t.field({
      type: 'JSON',
      description: 'The values of this message; values of earlier messages are never used again.',
    }),
    idempotencyKey: t.string(),
  }),
})

const regenerateInput = builder.inputType('RegenerateMessageInput', {
  fields: (t) => ({
    executionId: t.id({ required: true }),
    stepKey: t.string({ required: true }),
    model: t.string({ description: 'The model that answered before where left out.' }),
    idempotencyKey: t.string(),
  }),
})

const run = { scope: 'executions:write' }

builder.mutationFields((t) => ({
  runPrompt: t.field({
    type: executionRef,
    args: { input: t.arg({ type: runInput, required: true }) },
    extensions: run,
    resolve: (_root, { input }, { runCase }) =>
      runPrompt(runCase, { ...input, promptId: checkedId(input.promptId, 'prompt') }),
  }),
  sendMessage: t.field({
    type: executionRef,
    args: { input: t.arg({ type: messageInput, required: true }) },
    extensions: run,
    resolve: (_root, { input }, { runCase }) =>
      sendMessage(runCase, { ...input, executionId: checkedId(input.executionId, 'execution') }),
  }),
  regenerateMessage: t.field({
    type: executionRef,
    args: { input: t.arg({ type: regenerateInput, required: true }) },
    extensions: run,
    resolve: (_root, { input }, { runCase }) =>
      regenerateMessage(runCase, { ...input, executionId: checkedId(input.executionId, 'execution') }),
  }),
}))
