import { builder } from '../graphql/builder.ts'
import { userRef } from '../graphql/external-refs.ts'
import { checkedId } from '../ids.ts'
import { variableScopes } from '../template/resolve-values.ts'
import type { VariableRow } from './variable.table.ts'
import { deleteVariable, listVariables, setVariable } from './variable.usecases.ts'

const scopeEnum = builder.enumType('VariableScope', {
  values: variableScopes,
  description: 'Whom a value is kept for; the first of these that has one is taken.',
})

const scopedVariableRef = builder.objectRef<VariableRow>('ScopedVariable').implement({
  description: 'A value kept for a name: where a call gives none, it comes before the default of the prompt.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    scope: t.expose('scope', { type: scopeEnum }),
    value: t.field({ type: 'JSON', resolve: (variable) => variable.value }),
    projectId: t.id({
      nullable: true,
      description: 'The project that it is kept for, if it is one.',
      resolve: (variable) => (variable.scope === 'project' ? variable.subjectId : null),
    }),
    setBy: t.field({
      type: userRef,
      description: 'Who set it last.',
      resolve: (variable) => ({ id: variable.ownerId }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

const setInput = builder.inputType('SetVariableInput', {
  fields: (t) => ({
    scope: t.field({ type: scopeEnum, required: true }),
    name: t.string({ required: true }),
    value: t.field({ type: 'JSON', required: true }),
    projectId: t.id({ description: 'For the scope project: that of the request, and no other.' }),
  }),
})

builder.queryField('variables', (t) =>
  t.field({
    type: [scopedVariableRef],
    description:
      'By name. Without a scope: those of the caller, of the project and of the organization. At most 200 of each.',
    args: { scope: t.arg({ type: scopeEnum }), projectId: t.arg.id() },
    extensions: { scope: 'prompts:read' },
    resolve: (_root, { scope, projectId }, { runCase }) =>
      listVariables(runCase, { scope: scope ?? null, projectId: checkedProject(projectId) }),
  }),
)

const write = { scope: 'prompts:write' }

builder.mutationFields((t) => ({
  setVariable: t.field({
    type: scopedVariableRef,
    description: 'Keeps a value for a name, over the one kept before.',
    args: { input: t.arg({ type: setInput, required: true }) },
    extensions: write,
    resolve: (_root, { input }, { runCase }) =>
      setVariable(runCase, { ...input, value: input.value, projectId: checkedProject(input.projectId) }),
  }),
  deleteVariable: t.field({
    type: scopedVariableRef,
    description: 'Answers the variable as it was.',
    args: { id: t.arg.id({ required: true }) },
    extensions: write,
    resolve: (_root, { id }, { runCase }) => deleteVariable(runCase, { id: checkedId(id, 'variable') }),
  }),
}))

function checkedProject(id: string | null | undefined): string | undefined {
  return id === null || id === undefined ? undefined : checkedId(id, 'project')
}
