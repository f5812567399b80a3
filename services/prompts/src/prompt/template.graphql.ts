import type { ModelSettings } from '@quillworks/executions/contract'
import { builder } from '../graphql/builder.ts'
import { variableTypes, type Variable } from '../template/variables.ts'

export const visibilityEnum = builder.enumType('Visibility', {
  values: ['private', 'organization'] as const,
  description: 'Who may see a row: its owner alone, or everybody in its organization.',
})

const variableTypeEnum = builder.enumType('VariableType', {
  values: variableTypes,
  description: "What a value may be; a document takes the document's text.",
})

export const settingsRef = builder.objectRef<ModelSettings>('PromptSettings').implement({
  fields: (t) => ({
    temperature: t.float({ nullable: true, resolve: (settings) => settings.temperature }),
    maxOutputTokens: t.int({ nullable: true, resolve: (settings) => settings.maxOutputTokens }),
    topP: t.float({ nullable: true, resolve: (settings) => settings.topP }),
  }),
})

export const variableRef = builder.objectRef<Variable>('PromptVariable').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    type: t.expose('type', { type: variableTypeEnum }),
    required: t.exposeBoolean('required'),
    default: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Used where no value is given.',
      resolve: (variable) => variable.default,
    }),
    description: t.exposeString('description', { nullable: true }),
    choices: t.exposeStringList('choices', {
      description: 'What a choice may be; empty for every other type.',
    }),
  }),
})

export const settingsInput = builder.inputType('PromptSettingsInput', {
  fields: (t) => ({ temperature: t.float(), maxOutputTokens: t.int(), topP: t.float() }),
})

export const variableInput = builder.inputType('PromptVariableInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    type: t.field({ type: variableTypeEnum, defaultValue: 'text' }),
    required: t.boolean({ defaultValue: true }),
    default: t.field({ type: 'JSON' }),
    description: t.string(),
    choices: t.stringList(),
  }),
})

/** Settings as they are stored: only what was said. */
export function settingsOf(
  input: typeof settingsInput.$inferInput | null | undefined,
): ModelSettings | null | undefined {
  if (input === null || input === undefined) return input
  const said = Object.entries(input).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(said) as ModelSettings
}

/** Variables as they are stored, with what a form leaves out filled in. */
export function variablesOf(
  input: (typeof variableInput.$inferInput)[] | null | undefined,
): Variable[] | null | undefined {
  return input?.map((variable) => ({
    name: variable.name,
    type: variable.type ?? 'text',
    required: variable.required ?? true,
    default: variable.default ?? null,
    description: variable.description ?? null,
    choices: variable.choices ?? [],
  }))
}
