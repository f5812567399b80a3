import type { VersionText } from './versions.documents.ts'

/** One part of a prompt in two versions. */
export interface FieldChange {
  name: string
  before: string
  after: string
}

function variablesText(version: VersionText | null): string {
  return (version?.variables ?? [])
    .map(({ name, type, required, default: fallback, description, choices }) =>
      [
        `${name}: ${type}, ${required ? 'required' : 'optional'}`,
        fallback !== null && fallback !== undefined && `  default ${JSON.stringify(fallback)}`,
        choices.length > 0 && `  choices ${choices.join(' | ')}`,
        description && `  ${description}`,
      ]
        .filter(Boolean)
        .join('\n'),
    )
    .join('\n')
}

function settingsText(version: VersionText | null): string {
  if (!version) return ''
  const { model, settings } = version
  return [
    `model ${model ?? 'of the server'}`,
    settings.temperature !== null && `temperature ${settings.temperature}`,
    settings.topP !== null && `top P ${settings.topP}`,
    settings.maxOutputTokens !== null && `longest answer ${settings.maxOutputTokens} tokens`,
  ]
    .filter(Boolean)
    .join('\n')
}

/** Everything in which two versions differ, title first; before the first version there was nothing. */
export function changesBetween(before: VersionText | null, after: VersionText): FieldChange[] {
  const fields = [
    { name: 'Title', before: before?.title ?? '', after: after.title },
    { name: 'System', before: before?.system ?? '', after: after.system },
    { name: 'Body', before: before?.body ?? '', after: after.body },
    { name: 'Variables', before: variablesText(before), after: variablesText(after) },
    { name: 'Model and settings', before: settingsText(before), after: settingsText(after) },
  ]
  return fields.filter((field) => field.before !== field.after)
}
