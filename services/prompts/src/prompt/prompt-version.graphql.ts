import { builder } from '../graphql/builder.ts'
import { userRef } from '../graphql/external-refs.ts'
import { pageInfoRef } from '../graphql/page-info.ts'
import type { Connection } from '../page.ts'
import { read } from '../use-case.ts'
import { placeholderNames } from '../template/placeholders.ts'
import { effectiveVariables } from '../template/form-variables.ts'
import { findVersion } from './prompt-version.repository.ts'
import type { PromptVersionRow } from './prompt-version.table.ts'
import { settingsRef, variableRef } from './template.graphql.ts'

export const promptVersionRef = builder.objectRef<PromptVersionRow>('PromptVersion').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    promptId: t.exposeID('promptId'),
    number: t.exposeInt('number'),
    title: t.exposeString('title'),
    body: t.exposeString('body'),
    system: t.exposeString('system'),
    model: t.exposeString('model', { nullable: true }),
    settings: t.expose('settings', { type: settingsRef }),
    variables: t.field({
      type: [variableRef],
      resolve: (version) => effectiveVariables(version.variables, placeholderNames(version)),
    }),
    placeholders: t.stringList({ resolve: (version) => placeholderNames(version) }),
    comment: t.exposeString('comment', { nullable: true }),
    restoredFrom: t.exposeInt('restoredFrom', {
      nullable: true,
      description: 'The version that this one restored.',
    }),
    createdBy: t.field({ type: userRef, resolve: (version) => ({ id: version.createdBy }) }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

builder.objectField(promptVersionRef, 'previous', (t) =>
  t.field({
    type: promptVersionRef,
    nullable: true,
    description: 'The version before it; null for the first.',
    resolve: async ({ organizationId, promptId, number }, _args, { runCase }) => {
      if (number === 1) return null
      const key = { organizationId, promptId, number: number - 1 }
      return (await read(runCase, (tx) => findVersion(tx, key))) ?? null
    },
  }),
)

const edgeRef = builder.objectRef<{ cursor: string; node: PromptVersionRow }>('PromptVersionEdge').implement({
  fields: (t) => ({ cursor: t.exposeString('cursor'), node: t.expose('node', { type: promptVersionRef }) }),
})

export const promptVersionConnectionRef = builder
  .objectRef<Connection<PromptVersionRow>>('PromptVersionConnection')
  .implement({
    fields: (t) => ({
      edges: t.expose('edges', { type: [edgeRef] }),
      pageInfo: t.expose('pageInfo', { type: pageInfoRef }),
    }),
  })
