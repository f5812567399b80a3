import { administrationOf } from '../audit/audit.ts'
import { builder } from '../graphql/builder.ts'
import { userRef } from '../graphql/external-refs.ts'
import { checkedId } from '../ids.ts'
import { promptRef } from '../prompt/prompt.graphql.ts'
import { promptVersionRef } from '../prompt/prompt-version.graphql.ts'
import type { PromptLabelRow } from './prompt-label.table.ts'
import type { PromptPolicy } from './label.repository.ts'
import { labelPromptVersion, promptPolicy, setPromptPolicy } from './label.usecases.ts'

const labelRef = builder.objectRef<PromptLabelRow>('PromptLabel').implement({
  description: 'A name that stands for one version of a prompt until it is moved.',
  fields: (t) => ({
    name: t.exposeString('name'),
    version: t.exposeInt('version', { description: 'Number of the version.' }),
    setBy: t.field({ type: userRef, resolve: (label) => ({ id: label.setBy }) }),
    setAt: t.expose('setAt', { type: 'DateTime' }),
  }),
})

builder.objectField(promptRef, 'labels', (t) =>
  t.field({
    type: [labelRef],
    description: 'By name.',
    resolve: (prompt, _args, { loaders }) => loaders.labels.load(prompt.id),
  }),
)

builder.objectField(promptVersionRef, 'labels', (t) =>
  t.stringList({
    description: 'The labels that stand for this version now.',
    resolve: async (version, _args, { loaders }) =>
      (await loaders.labels.load(version.promptId))
        .filter((label) => label.version === version.number)
        .map((label) => label.name),
  }),
)

const policyRef = builder.objectRef<PromptPolicy>('PromptPolicy').implement({
  description: 'What an organization has decided about its prompts.',
  fields: (t) => ({
    protectedLabels: t.exposeStringList('protectedLabels', {
      description: 'Labels that only admins and owners of the organization move.',
    }),
    reviewedLabels: t.exposeStringList('reviewedLabels', {
      description: 'Labels whose moves another admin or owner has to approve.',
    }),
  }),
})

builder.queryField('promptPolicy', (t) =>
  t.field({
    type: policyRef,
    extensions: { scope: 'prompts:read' },
    resolve: (_root, _args, { runCase }) => promptPolicy(runCase),
  }),
)

const policyInput = builder.inputType('PromptPolicyInput', {
  fields: (t) => ({
    protectedLabels: t.stringList({ required: true }),
    reviewedLabels: t.stringList({ description: 'They stay as they are where left out.' }),
  }),
})

const write = { scope: 'prompts:write' }

builder.mutationFields((t) => ({
  labelPromptVersion: t.field({
    type: promptRef,
    description:
      'Moves a label to a version; without a version the label is taken away. Where the label asks for a review, the move waits among pendingLabelMoves.',
    args: {
      id: t.arg.id({ required: true }),
      label: t.arg.string({ required: true }),
      version: t.arg.int(),
      comment: t.arg.string({ description: 'For those who review it; not kept otherwise.' }),
    },
    extensions: write,
    resolve: (_root, { id, label, version, comment }, { runCase, request }) =>
      labelPromptVersion(administrationOf(runCase, request), {
        id: checkedId(id, 'prompt'),
        label,
        version: version ?? null,
        comment,
      }),
  }),
  setPromptPolicy: t.field({
    type: policyRef,
    description: 'For admins and owners of the organization.',
    args: { input: t.arg({ type: policyInput, required: true }) },
    extensions: write,
    resolve: (_root, { input }, { runCase, request }) =>
      setPromptPolicy(administrationOf(runCase, request), input),
  }),
}))
